/// <reference types="node" />
import util from "node:util";
import { expect, test, vi } from "vitest";
import { supplyMissing } from "./node-compatibility.ts";

test("supplies what is missing, and it works", () => {
  const missing: Record<string, unknown> = {};
  supplyMissing(missing);
  const { isNullOrUndefined, isArray } = missing as Record<string, (value: unknown) => boolean>;
  const values = [null, undefined, 0, ""];
  expect(values.map((value) => isNullOrUndefined?.(value))).toEqual([true, true, false, false]);
  expect([[], {}].map((value) => isArray?.(value))).toEqual([true, false]);
});

test("leaves alone what is there", () => {
  const isArray = (): boolean => false;
  const present = { isArray };
  supplyMissing(present);
  expect(present.isArray).toBe(isArray);
});

test("a deprecation is said to nobody, another one is", () => {
  const emitted = vi.spyOn(process, "emitWarning").mockReturnValue();
  const isArray = util.deprecate(() => true, "isArray is old", "KINDLING_TEST_1");
  const other = util.deprecate(() => true, "other is old", "KINDLING_TEST_2");
  supplyMissing({ isArray });
  isArray();
  other();
  expect(emitted.mock.calls.map(([message]) => message)).toEqual(["other is old"]);
  emitted.mockRestore();
});
