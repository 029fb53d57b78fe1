import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's program is examples/01-mnist.ts, which CI runs", () => {
  const [, program] = /```ts\n([\s\S]*?)```/.exec(read("../README.md")) ?? [];
  expect(program).toBe(read("./01-mnist.ts"));
});
