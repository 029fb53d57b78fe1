import { expect } from "vitest";
import { type DemoPage, test } from "./demo-page.ts";

const RUN = { epochs: "1", samples: "6400" };

/** Trains. @returns the mean of the first five losses. */
async function firstLoss(demo: DemoPage): Promise<number> {
  await demo.start(RUN);
  await demo.status("Finished");
  const first = (await demo.losses()).slice(0, 5);
  return first.reduce((sum, [, loss]) => sum + loss, 0) / first.length;
}

test("Start goes on from what was learnt and from loaded weights; Reset begins anew", async ({
  demo,
}) => {
  const hint = (): Promise<string> => demo.text("#start-hint");

  await demo.open();
  expect(await hint()).toContain("new network");
  const untrained = await firstLoss(demo);
  expect(untrained).toBeGreaterThan(2);
  expect(await hint()).toContain("goes on from what it has learnt");
  const file = await demo.save();
  expect(await firstLoss(demo)).toBeLessThan(untrained / 2);

  await demo.page.reload();
  await demo.ready();
  expect(await hint()).toContain("new network");
  await demo.load(file);
  expect(await hint()).toContain("goes on from the weights of the file");
  expect(await firstLoss(demo)).toBeLessThan(untrained / 2);

  await demo.press("reset");
  await demo.status("Ready");
  expect(await hint()).toContain("new network");
  expect(await firstLoss(demo)).toBe(untrained);
});

test("a changed network is trained from new weights, and that is said before", async ({ demo }) => {
  await demo.open();
  await firstLoss(demo);
  await demo.page.locator("[name=denseUnits]").fill("20");
  expect(await demo.text("#start-hint")).toContain("The network was changed");
  expect(await firstLoss(demo)).toBeGreaterThan(2);
});
