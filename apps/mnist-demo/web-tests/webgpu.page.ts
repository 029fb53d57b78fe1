// On WebGPU, which without a GPU is a slow imitation: few digits, small batches.
import { expect } from "vitest";
import { test } from "./demo-page.ts";
import { killGpuProcess } from "./kill-gpu-process.ts";
import { stepOf } from "./record-messages.ts";

const SETTINGS = { epochs: "100", batchSize: "8", samples: "200", learningRate: "0.005" };
/** Two backends round differently, and a hundred sums a step later that is this much of a loss at most. */
const TOLERANCE = 1e-3;

test("a person's path on WebGPU", { timeout: 240_000 }, async ({ demo }) => {
  await demo.open("?backend=wasm");
  await demo.start({ ...SETTINGS, epochs: "2" });
  await demo.status("Finished");
  const onWasm = new Map(await demo.losses());

  await demo.open("?backend=webgpu");
  expect(await demo.text("#backend")).toMatch(/^Runs on webgpu.*\(\?backend=webgpu\)$/);
  await demo.drawOne();
  await demo.start(SETTINGS);
  await demo.reach(3);
  await demo.press("pause");
  await demo.status("Paused");
  const paused = await demo.step();
  await demo.press("pause");
  await demo.reach(paused + 25);
  const pauses = await demo.messages();
  // Here a step is under way when the click comes, so it may end.
  expect(stepOf(pauses, "resumed") - stepOf(pauses, "paused")).toBeLessThanOrEqual(1);

  const losses = (await demo.losses()).filter(([step]) => onWasm.has(step));
  const [first, last] = [losses.slice(0, 5), losses.slice(-5)].map(mean);
  console.log(`webgpu: loss ${first} -> ${last} in ${losses.length} steps`);
  expect(last).toBeLessThan(0.8 * (first ?? 0));
  for (const [step, loss] of losses) {
    expect(Math.abs(loss - (onWasm.get(step) ?? 0)), `step ${step}`).toBeLessThan(TOLERANCE);
  }

  await demo.press("stop");
  await demo.status("Stopped");
  const stop = await demo.messages();
  expect(stepOf(stop, "stopped") - stepOf(stop, "stopping")).toBeLessThanOrEqual(1);
  await demo.drawOne();
  const bars = await demo.bars();
  const file = await demo.save();
  await demo.page.reload();
  await demo.ready();
  await demo.load(file);
  await demo.drawOne();
  expect(await demo.bars()).toEqual(bars);
});

test.for([
  ["trains", "Try again", "webgpu"],
  ["is paused", "Use wasm instead", "wasm"],
] as const)(
  "a device lost while it %s is said, and %s goes on from the last epoch",
  { timeout: 240_000 },
  async ([when, remedy, backend], { demo, browser }) => {
    await demo.open("?backend=webgpu");
    await demo.start({ ...SETTINGS, samples: "40" });
    await demo.page.locator("#epochs tbody tr").first().waitFor();
    if (when === "is paused") {
      await demo.press("pause");
      await demo.status("Paused");
    }
    await killGpuProcess(browser);
    await demo.page.locator("#notice-title", { hasText: "GPU was lost" }).waitFor();
    expect(await demo.text("#backend")).toContain("nothing now");
    expect(await demo.page.locator("#start").isDisabled()).toBe(true);
    await demo.page.getByRole("button", { name: remedy }).click();
    await demo.ready();
    expect(await demo.text("#backend")).toContain(`Runs on ${backend}`);
    expect(await demo.text("#start-hint")).toContain("goes on from what it has learnt");
    await demo.drawOne();
    await demo.start({});
    await demo.reach(2);
  },
);

function mean(losses: readonly (readonly [step: number, loss: number])[]): number {
  return losses.reduce((sum, [, loss]) => sum + loss, 0) / losses.length;
}
