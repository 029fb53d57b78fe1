// Pause, resume and stop act within one step: by the steps that the worker names, not by the clock.
import { expect } from "vitest";
import { test } from "./demo-page.ts";
import { stepOf } from "./record-messages.ts";

test("pause holds within a step, and resume goes on from there", async ({ demo }) => {
  await demo.open();
  await demo.start({ epochs: "100" });
  for (let round = 0; round < 3; round++) {
    await demo.reach((await demo.step()) + 20);
    await demo.press("pause");
    await demo.status("Paused");
    const paused = stepOf(await demo.messages(), "paused");
    // Long enough for a hundred steps, were it not for the pause.
    await demo.page.waitForTimeout(500);
    const shown = await demo.step();
    await demo.press("pause"); // it says Resume now
    await demo.reach(paused + 2);
    const resumed = stepOf(await demo.messages(), "resumed");
    console.log(`paused at step ${paused}, showed ${shown}, resumed at ${resumed}`);
    expect(resumed - paused).toBeLessThanOrEqual(1);
    expect(shown).toBe(resumed);
  }
});

test("stop ends a run within a step, running or paused, and nothing comes after", async ({
  demo,
}) => {
  await demo.open();
  for (const pauseFirst of [false, true]) {
    await demo.start({ epochs: "100" });
    await demo.reach(20);
    if (pauseFirst) {
      await demo.press("pause");
      await demo.status("Paused");
    }
    await demo.press("stop");
    await demo.status("Stopped");
    const messages = await demo.messages();
    const stopping = stepOf(messages, "stopping");
    const stopped = stepOf(messages, "stopped");
    console.log(`stop came at step ${stopping}, stopped at ${stopped}`);
    expect(stopped - stopping).toBeLessThanOrEqual(1);
    await demo.page.waitForTimeout(500);
    const later = (await demo.messages()).slice(messages.length).map(({ type }) => type);
    expect(later.filter((type) => type !== "filters")).toEqual([]);
  }
});
