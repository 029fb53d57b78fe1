import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

/** Some turns of the event loop. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("an open gate lets a step pass", async () => {
  const held: number[] = [];
  await new Gate((pause) => held.push(pause)).pass();
  expect(held).toEqual([]);
});

test("a closed one holds the next step, and tells which pause holds it", async () => {
  const held: number[] = [];
  const gate = new Gate((pause) => held.push(pause));
  let passed = false;
  gate.close(1);
  const passing = gate.pass().then(() => {
    passed = true;
  });
  await turns();
  expect([held, passed]).toEqual([[1], false]);
  // Opened and closed at once: not a step in between.
  gate.open();
  gate.close(2);
  await turns();
  expect([held, passed]).toEqual([[1, 2], false]);
  gate.open();
  await passing;
});

test("a pause that comes while a step passes holds it", async () => {
  const held: number[] = [];
  const gate = new Gate((pause) => held.push(pause));
  const passing = gate.pass();
  gate.close(7);
  await turns();
  expect(held).toEqual([7]);
  gate.open();
  await passing;
});
