// What fails is said, with a next step that works.
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { test } from "./demo-page.ts";

test("a download that fails and a file that is damaged can be tried again", async ({ demo }) => {
  const files = "**/*.gz";
  const explained = demo.page.locator("#notice-title", { hasText: "did not arrive" });
  const retry = demo.page.getByRole("button", { name: "Try again" });
  await demo.page.route(files, (route) => route.abort());
  await demo.page.goto(`${demo.url}?backend=wasm`);
  await explained.waitFor();
  await demo.page.unroute(files);
  await demo.page.route(files, (route) => route.fulfill({ body: Buffer.from("not gzip at all") }));
  await retry.click();
  await explained.waitFor();
  await demo.page.unroute(files);
  await retry.click();
  await demo.ready();
  demo.allowComplaints(/net::ERR_FAILED/);
});

test("a backend that the address asks for is taken or refused, never replaced", async ({
  demo,
}) => {
  const { page } = demo;
  await page.goto(`${demo.url}?backend=cuda`);
  await page.locator("#notice-title", { hasText: "No way to compute" }).waitFor();
  expect(await demo.text("#notice-details")).toBe(
    '?backend: expected wasm or webgpu, got "cuda"; leave it out to have the page choose',
  );
  expect(await page.locator("#start").isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Use wasm instead" }).click();
  await demo.ready();
  expect(new URL(page.url()).search).toBe("?backend=wasm");
});

test("asked for no backend, the page takes wasm before a GPU in software, and says why", async ({
  demo,
}) => {
  await demo.open("");
  expect(await demo.text("#backend")).toMatch(
    /^Runs on wasm .*· webgpu not used: .*in software \(\?backend=webgpu takes it\)$/,
  );
});

test("a file that is no weights is refused, and the model stays", async ({ demo }) => {
  await demo.open();
  await demo.drawOne();
  const bars = await demo.bars();
  const file = { name: "poem.safetensors", mimeType: "", buffer: Buffer.from("not weights") };
  await demo.page.locator("#load").setInputFiles(file);
  await demo.page.locator("#notice-title", { hasText: "could not be used" }).waitFor();
  await demo.page.getByRole("button", { name: "Close" }).click();
  await demo.drawOne();
  expect(await demo.bars()).toEqual(bars);
});

test("a loss that is no number ends the run, and the next start begins anew", async ({ demo }) => {
  await demo.open();
  const file = await readFile(await demo.save());
  // The values are at the end, as float32: so large that their sums are none any more.
  for (let at = file.length - 4 * 21_578; at < file.length; at += 4) file.writeFloatLE(3e38, at);
  await demo.load({ name: "huge.safetensors", mimeType: "", buffer: file });
  await demo.start({ epochs: "1", samples: "2000" });
  await demo.page.locator("#notice-title", { hasText: "Training failed" }).waitFor();
  expect(await demo.text("#start-hint")).toContain("new network");
  await demo.start({});
  await demo.status("Finished");
});
