// What the compiler infers and rejects of core's functions.
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { expectTypeOf, test } from "vitest";
import {
  ArgumentError,
  Generator,
  type KindlingError,
  type SelectedBackend,
  selectBackend,
  stopGradient,
} from "./index.ts";

declare const matrix: Tensor2D;

test("a rank stays as it is", () => {
  expectTypeOf(stopGradient(matrix)).toEqualTypeOf<Tensor2D>();
});

test("is narrows an unknown error", () => {
  const error: unknown = null;
  if (ArgumentError.is(error)) expectTypeOf(error.message).toEqualTypeOf<string>();
  expectTypeOf<ArgumentError>().toExtend<KindlingError>();
});

test("a backend is awaited", () => {
  expectTypeOf(selectBackend).returns.toEqualTypeOf<Promise<SelectedBackend>>();
  // @ts-expect-error a name is not a backend
  selectBackend("wasm");
});

test("a generator has a seed that is a number", () => {
  expectTypeOf(new Generator(1).integer(10)).toEqualTypeOf<number>();
  // @ts-expect-error a text
  new Generator("1");
});
