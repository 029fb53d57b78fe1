import { afterEach, expect, test, vi } from "vitest";
import { macrotask } from "./macrotask.ts";

afterEach(() => vi.unstubAllGlobals());

const platforms: [name: string, globals: Record<string, unknown>][] = [
  ["Node's setImmediate", {}],
  ["scheduler.yield", { setImmediate: undefined, scheduler: { yield: () => later() } }],
  ["a scheduler without yield", { setImmediate: undefined, scheduler: {} }],
  ["MessageChannel alone", { setImmediate: undefined, scheduler: undefined }],
];

// Kept from before the stubs.
const { setTimeout } = globalThis;
const later = () => new Promise((resolve) => setTimeout(resolve, 0));

test.each(platforms)("lets a timer run before it resolves, with %s", async (_, globals) => {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const start = performance.now();
  while (ticks === 0 && performance.now() - start < 1000) await macrotask();
  clearInterval(timer);
  expect(ticks).toBe(1);
});
