import { DataError } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, floats } from "./example-files.ts";
import { decodeSafetensors, encodeSafetensors } from "./index.ts";

type Change =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "grow"; readonly by: Uint8Array }
  | { readonly kind: "length"; readonly value: bigint }
  | {
      readonly kind: "edit";
      readonly at: number;
      readonly remove: number;
      readonly insert: string;
    };

/** Changes that a disk, a network or an attacker makes. */
const mutation: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant("grow" as const),
    by: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  }),
  fc.record({
    kind: fc.constant("length" as const),
    value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  }),
  fc.record({ kind: fc.constant("length" as const), value: fc.bigInt({ min: 0n, max: 700n }) }),
  // An edit of the header whose length is right again: it gets further than a flipped bit does.
  fc.record({
    kind: fc.constant("edit" as const),
    at: fc.nat(),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "0",
        "9",
        "-",
        ".5",
        "e9",
        " ",
        "null",
      ),
      fc.constantFrom('"dtype"', '"shape":[]', '"a":{}', '"__metadata__":{}', "F16", "[[[["),
      fc.string({ maxLength: 4 }),
    ),
  }),
);

function mutate(bytes: Uint8Array, change: Change): Uint8Array {
  const length = (): number =>
    Math.min(Number(new DataView(bytes.buffer).getBigUint64(0, true)), bytes.length - 8);
  switch (change.kind) {
    case "flip": {
      const at = change.at % bytes.length;
      return bytes.with(at, (bytes[at] as number) ^ (1 << change.bit));
    }
    case "cut":
      return bytes.slice(0, change.at % bytes.length);
    case "grow":
      return Uint8Array.from([...bytes, ...change.by]);
    case "length": {
      const copy = bytes.slice();
      new DataView(copy.buffer).setBigUint64(0, change.value, true);
      return copy;
    }
    case "edit": {
      const header = new TextDecoder("latin1").decode(bytes.subarray(8, 8 + length()));
      const at = change.at % (header.length + 1);
      const edited = header.slice(0, at) + change.insert + header.slice(at + change.remove);
      const text = new TextEncoder().encode(edited);
      const values = bytes.subarray(8 + length());
      const result = file(text, values.length);
      result.set(values, 8 + text.length);
      return result;
    }
  }
}

describe("decodeSafetensors, of 20,000 damaged files,", () => {
  const original = encodeSafetensors(
    {
      "conv.weight": { dtype: "float32", shape: [2, 1, 3, 3], data: new Float32Array(18).fill(1) },
      "conv.bias": floats(1, 2),
      steps: { dtype: "int64", shape: [], data: BigInt64Array.of(7n) },
      half: { dtype: "float16", shape: [3], data: Uint16Array.of(1, 2, 3) },
      mask: { dtype: "bool", shape: [5], data: Uint8Array.of(1, 0, 1, 0, 1) },
      none: floats(),
    },
    { format: "pt", ключ: "é" },
  );

  test("reads each right or refuses it with a DataError", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = changes.reduce<Uint8Array>(
          (current, change) => (current.length < 8 ? current : mutate(current, change)),
          original,
        );
        try {
          const { tensors, metadata } = decodeSafetensors(bytes);
          read++;
          // What is read is all there is: written again it has as many bytes of values, and reads the same.
          const again = encodeSafetensors(tensors, metadata);
          const values = (all: Uint8Array) =>
            all.length - Number(new DataView(all.buffer).getBigUint64(0, true));
          expect(values(again)).toBe(values(bytes));
          expect(decodeSafetensors(again)).toEqual({ tensors, metadata });
        } catch (error) {
          if (!DataError.is(error)) throw error;
          const { message } = error;
          if (!/^decodeSafetensors: expected .*, got /s.test(message) || message.length > 600) {
            throw new Error(`an unclear message: ${message}`);
          }
        }
      }),
      { numRuns: 20_000, seed: 7 },
    );
    // Flipped bits among the values and edits of names are files too: both ways are tried.
    expect(read).toBeGreaterThan(100);
  });
});
