import { expect, test } from "vitest";
import { Gate, Stopped } from "./gate.ts";

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test("lets a step pass, and holds it while paused", async () => {
  const gate = new Gate();
  await gate.pass();
  gate.pause();
  let passed = false;
  const step = gate.pass().then(() => {
    passed = true;
  });
  await tick();
  expect([passed, gate.paused]).toEqual([false, true]);
  gate.resume();
  await step;
  expect(passed).toBe(true);
});

test("lets messages in between two steps", async () => {
  const gate = new Gate();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => gate.stop();
  await expect(
    (async () => {
      for (let step = 0; step < 1e6; step++) {
        if (step === 3) port2.postMessage(null);
        await gate.pass();
      }
    })(),
  ).rejects.toThrow(Stopped);
  port1.close();
});

test("stop ends a paused run too, and later steps", async () => {
  const gate = new Gate();
  gate.pause();
  const step = gate.pass();
  gate.stop();
  await expect(step).rejects.toThrow(Stopped);
  await expect(gate.pass()).rejects.toThrow(Stopped);
});

test("counts the time that it held", async () => {
  const gate = new Gate();
  expect(gate.pausedMs).toBe(0);
  gate.pause();
  await tick();
  const held = gate.pausedMs;
  expect(held).toBeGreaterThan(0);
  gate.resume();
  const total = gate.pausedMs;
  await tick();
  expect(gate.pausedMs).toBe(total);
  gate.resume();
  expect(gate.pausedMs).toBe(total);
});
