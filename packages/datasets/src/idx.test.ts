import { gzipSync } from "node:zlib";
import { DataError } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeIdx, type IdxData, readIdx } from "./idx.ts";

const TYPES = [
  [0x08, Uint8Array, "setUint8"],
  [0x09, Int8Array, "setInt8"],
  [0x0b, Int16Array, "setInt16"],
  [0x0c, Int32Array, "setInt32"],
  [0x0d, Float32Array, "setFloat32"],
  [0x0e, Float64Array, "setFloat64"],
] as const;

function encode(type: number, shape: readonly number[], data: IdxData): Uint8Array {
  const setter = TYPES.find(([code]) => code === type)?.[2] ?? "setUint8";
  const file = new DataView(new ArrayBuffer(4 + 4 * shape.length + data.byteLength));
  file.setUint8(2, type);
  file.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    file.setUint32(4 + 4 * axis, length);
  });
  data.forEach((value, i) => {
    file[setter](4 + 4 * shape.length + i * data.BYTES_PER_ELEMENT, value);
  });
  return new Uint8Array(file.buffer);
}

const anyIdx = fc
  .record({
    type: fc.constantFrom(...TYPES),
    shape: fc.array(fc.nat(4), { maxLength: 5 }),
    values: fc.infiniteStream(fc.double()),
  })
  .map(({ type, shape, values }) => {
    const code = type[0];
    const size = shape.reduce((a, b) => a * b, 1);
    const data = type[1].from([...values.take(size)]);
    return { code, shape, data, file: encode(code, shape, data) };
  });

describe("decodeIdx", () => {
  test("reads back every type and rank", () => {
    fc.assert(
      fc.property(anyIdx, fc.nat(9), ({ shape, data, file }, offset) => {
        // At any offset of a larger buffer: the values need not be aligned.
        const padded = new Uint8Array(file.length + offset);
        padded.set(file, offset);
        expect(decodeIdx(padded.subarray(offset))).toEqual({ shape, data });
      }),
    );
  });

  test("gives bytes as a view of the file", () => {
    const file = encode(0x08, [2, 2], Uint8Array.of(1, 2, 3, 4));
    expect(decodeIdx(file).data.buffer).toBe(file.buffer);
  });

  test("answers any bytes with an array or a DataError, and nothing else", () => {
    const mutated = fc
      .tuple(anyIdx, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }), fc.nat(80))
      .map(([{ file }, changes, length]) => {
        const bytes = file.slice(0, length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          const { shape, data } = decodeIdx(bytes);
          expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
        } catch (error) {
          expect(DataError.is(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  const header = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
  const huge = [0xff, 0xff, 0xff, 0xff];
  test.each([
    ["nothing", header(), "expected a header of at least 4 bytes, got 0 bytes"],
    [
      "another format",
      header(0x89, 0x50, 0x4e, 0x47),
      "expected the first two bytes 0x0000, got 0x8950",
    ],
    [
      "an unknown type",
      header(0, 0, 0x0a, 0),
      "expected an element type of 0x08,0x09,0x0b,0x0c,0x0d,0x0e, got 0x0a",
    ],
    [
      "a short header",
      header(0, 0, 8, 2, 0, 0, 0, 1),
      "expected a header of 12 bytes, got 8 bytes",
    ],
    [
      "a truncated body",
      header(0, 0, 8, 1, 0, 0, 0, 3, 1, 2),
      "expected 11 bytes for the shape [3], got 10; the file is truncated",
    ],
    [
      "trailing bytes",
      header(0, 0, 8, 1, 0, 0, 0, 1, 1, 2),
      "expected 9 bytes for the shape [1], got 10; the file has bytes to spare",
    ],
    [
      "sizes beyond any memory",
      header(0, 0, 14, 3, ...huge, ...huge, ...huge),
      `expected ${(2n ** 32n - 1n) ** 3n * 8n + 16n} bytes`,
    ],
  ])("names %s", (_, file, message) => {
    expect(() => decodeIdx(file)).toThrow(DataError);
    expect(() => decodeIdx(file)).toThrow(message);
  });

  test("reads no values where an axis is 0, however long the others", () => {
    const file = header(0, 0, 14, 2, ...huge, 0, 0, 0, 0);
    expect(decodeIdx(file)).toEqual({ shape: [0xffffffff, 0], data: new Float64Array(0) });
  });
});

describe("readIdx", () => {
  const file = encode(0x0c, [3], Int32Array.of(1, -2, 3));

  test("reads gzip and plain files", async () => {
    const expected = { shape: [3], data: Int32Array.of(1, -2, 3) };
    expect(await readIdx(file)).toEqual(expected);
    expect(await readIdx(gzipSync(file))).toEqual(expected);
  });

  test("names damaged gzip data: truncated, changed, or with more behind", async () => {
    const packed = new Uint8Array(gzipSync(file));
    const changed = packed.with(packed.length - 6, (packed.at(-6) ?? 0) ^ 1);
    for (const bytes of [packed.subarray(0, -3), changed, Uint8Array.of(...packed, 1, 2)]) {
      await expect(readIdx(bytes)).rejects.toThrow(DataError);
      await expect(readIdx(bytes)).rejects.toThrow("gunzip: expected intact gzip data");
    }
  });
});
