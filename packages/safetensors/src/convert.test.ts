import { describe, expect, test } from "vitest";
import { type SafetensorsTensor, toFloat32, toInt32, toStateDict } from "./index.ts";

const tensor = (dtype: string, data: object): SafetensorsTensor =>
  ({ dtype, shape: [(data as Float32Array).length], data }) as SafetensorsTensor;

/** A half's value by its definition. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe("toFloat32", () => {
  test("is right for each of the 65,536 halves", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const values = toFloat32(tensor("float16", bits));
    expect(bits.every((half, i) => Object.is(values[i], float16(half)))).toBe(true);
  });

  test("is right for each of the 65,536 bfloat16", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const view = new DataView(new ArrayBuffer(4));
    const values = toFloat32(tensor("bfloat16", bits));
    const isRight = (half: number, i: number): boolean => {
      view.setUint16(0, half);
      return Object.is(values[i], view.getFloat32(0));
    };
    expect(bits.every(isRight)).toBe(true);
  });

  test("converts every other type, and hands out float32 as it is", () => {
    const own = Float32Array.of(0.1);
    expect(toFloat32(tensor("float32", own))).toBe(own);
    expect(toFloat32(tensor("float64", Float64Array.of(0.1)))).toEqual(own);
    expect(toFloat32(tensor("int64", BigInt64Array.of(-3n)))).toEqual(Float32Array.of(-3));
    expect(toFloat32(tensor("uint8", Uint8Array.of(255)))).toEqual(Float32Array.of(255));
  });
});

describe("toInt32", () => {
  test("converts integers that fit, and hands out int32 as it is", () => {
    const own = Int32Array.of(5);
    expect(toInt32(tensor("int32", own))).toBe(own);
    expect(toInt32(tensor("int64", BigInt64Array.of(5n)))).toEqual(own);
    expect(toInt32(tensor("float16", Uint16Array.of(0x4500)))).toEqual(own);
  });

  test.each([
    ["int64", BigInt64Array.of(0n, 2n ** 31n), "got 2147483648 at 1"],
    ["uint32", Uint32Array.of(2 ** 32 - 1), "got 4294967295 at 0"],
    ["float32", Float32Array.of(0.5), "got 0.5 at 0"],
  ])("refuses %s values that do not", (dtype, data, message) => {
    expect(() => toInt32(tensor(dtype, data))).toThrow(message);
  });
});

test("toStateDict makes floats float32 and the rest int32", () => {
  const state = toStateDict({
    a: tensor("bfloat16", Uint16Array.of(0x3f80)),
    b: tensor("int64", BigInt64Array.of(9n)),
    c: tensor("bool", Uint8Array.of(1)),
  });
  expect(state).toEqual({
    a: { shape: [1], dtype: "float32", data: Float32Array.of(1) },
    b: { shape: [1], dtype: "int32", data: Int32Array.of(9) },
    c: { shape: [1], dtype: "int32", data: Int32Array.of(1) },
  });
});
