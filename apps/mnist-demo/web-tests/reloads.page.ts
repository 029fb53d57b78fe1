// A tab that goes away in the middle of something leaves nothing behind that breaks the next one.
import { DemoPage, test } from "./demo-page.ts";

const SHORT = { epochs: "1", samples: "2000" };

test("a reload during training leaves a page that trains", async ({ demo }) => {
  await demo.open();
  await demo.start({ epochs: "100" });
  await demo.reach(20);
  await demo.page.reload();
  await demo.ready();
  await demo.start(SHORT);
  await demo.status("Finished");
});

test("a page that is closed during training leaves its context to others", async ({ demo }) => {
  await demo.open();
  await demo.start({ epochs: "100" });
  await demo.reach(20);
  const beside = await DemoPage.in(demo.page.context());
  await beside.open();
  await demo.page.close();
  await beside.start(SHORT);
  await beside.status("Finished");
  const after = await DemoPage.in(beside.page.context());
  await beside.page.close();
  await after.open();
  await after.start(SHORT);
  await after.status("Finished");
  beside.expectNoComplaints();
  after.expectNoComplaints();
});

test("a reload in the middle of the download fetches the digits again", async ({ demo }) => {
  // The second file never ends; by then the first is in the browser's cache.
  const files = "**/train-images*.gz";
  await demo.page.route(files, () => {});
  const stuck = demo.page.waitForRequest(files);
  await demo.page.goto(`${demo.url}?backend=wasm`);
  await stuck;
  await demo.page.unroute(files);
  await demo.page.reload();
  await demo.ready();
  await demo.start(SHORT);
  await demo.status("Finished");
});
