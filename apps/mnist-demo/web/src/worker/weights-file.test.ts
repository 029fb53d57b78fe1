import { DataError } from "@kindling/core";
import type { StateDict } from "@kindling/layers";
import { encodeSafetensors } from "@kindling/safetensors";
import { expect, test } from "vitest";
import { REFERENCE } from "../architecture.ts";
import { decodeWeights, encodeWeights } from "./weights-file.ts";

const state: StateDict = {
  "fc.weight": { shape: [2, 3], dtype: "float32", data: Float32Array.of(1, -2, 3.5, 0, 1e-9, 7) },
  steps: { shape: [], dtype: "int32", data: Int32Array.of(12) },
};
const file = encodeWeights(state, REFERENCE);

/** A file with this header and eight bytes of values. */
function withHeader(header: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };

test("what is saved is loaded, with the architecture", () => {
  expect(decodeWeights(file)).toEqual({ state, architecture: REFERENCE });
});

test("a view into a larger buffer is read as well", () => {
  const larger = new Uint8Array(file.length + 3);
  larger.set(file, 3);
  expect(decodeWeights(larger.subarray(3)).state).toEqual(state);
});

test("another program's file has no architecture; a strange one is not believed", () => {
  expect(decodeWeights(withHeader({ a: entry })).architecture).toBeNull();
  for (const architecture of ["no JSON", "{}", JSON.stringify({ ...REFERENCE, kernelSize: 4 })]) {
    const header = { __metadata__: { architecture }, a: entry };
    expect(decodeWeights(withHeader(header)).architecture).toBeNull();
  }
});

test("another program's half precision is read as floats", () => {
  const half = encodeSafetensors({
    a: { dtype: "float16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  });
  expect(decodeWeights(half).state).toEqual({
    a: { dtype: "float32", shape: [2], data: Float32Array.of(1, -2) },
  });
});

test.each([
  ["is empty", new Uint8Array(0), "expected at least 8 bytes, got 0"],
  ["is text", new TextEncoder().encode("not weights, a poem"), "the file is no safetensors file"],
  ["has no JSON in it", withHeader("text"), "as the first character of the header"],
  ["has no weights", encodeSafetensors({}), "it holds no weights"],
  ["is cut off", file.subarray(0, file.length - 1), "the file is cut off"],
  ["has another type", withHeader({ a: { ...entry, dtype: "F8" } }), 'the dtype of "a"'],
  ["has other sizes", withHeader({ a: { ...entry, shape: [3] } }), "expected 12 bytes"],
  ["points backwards", withHeader({ a: { ...entry, data_offsets: [-8, 0] } }), "data_offsets"],
  [
    "has NaN in it",
    encodeWeights(
      { a: { shape: [1], dtype: "float32", data: Float32Array.of(Number.NaN) } },
      REFERENCE,
    ),
    "values that are no numbers",
  ],
])("a file that %s is refused in words", (_, bytes, message) => {
  expect(() => decodeWeights(bytes)).toThrow(DataError);
  expect(() => decodeWeights(bytes)).toThrow(message);
});
