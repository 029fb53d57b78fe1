import { ArgumentError, DataError } from "@kindling/core";
import { describe, expect, test } from "vitest";
import { DTYPES } from "./dtypes.ts";
import { file, floats } from "./example-files.ts";
import { decodeSafetensors, encodeSafetensors, type WritableTensor } from "./index.ts";

const headerOf = (bytes: Uint8Array): string => {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(bytes.subarray(8, 8 + length));
};

describe("encodeSafetensors", () => {
  test("writes dtypes by width, then names by their bytes, whatever order they come in", () => {
    const entries = DTYPES.map(({ dtype, Array: ArrayType }): [string, WritableTensor] => [
      `of ${dtype}`,
      { dtype, shape: [], data: new ArrayType(new ArrayBuffer(8), 0, 1) },
    ]);
    for (const name of ["b", "10", "9", "", "\uff5e", "😀", 'a\n"', "__proto__"]) {
      entries.push([name, floats(1)]);
    }
    const bytes = encodeSafetensors(Object.fromEntries(entries), { b: "2", a: "1" });
    expect(bytes).toEqual(
      encodeSafetensors(Object.fromEntries(entries.toReversed()), { a: "1", b: "2" }),
    );
    const names = [...headerOf(bytes).matchAll(/"((?:[^"\\]|\\.)*)":\{/g)].map(([, name]) => name);
    expect(names).toEqual([
      "__metadata__",
      "of uint64",
      "of int64",
      "of float64",
      ...'|10|9|__proto__|a\\n\\"|b|of float32|\uff5e|😀'.split("|"),
      "of uint32",
      "of int32",
      "of bfloat16",
      "of float16",
      "of uint16",
      "of int16",
      "of int8",
      "of uint8",
      "of bool",
    ]);
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect(decodeSafetensors(bytes).tensors).toEqual(Object.fromEntries(entries));
  });

  test("writes a file without tensors, and none of metadata", () => {
    expect(headerOf(encodeSafetensors({}))).toBe("{}      ");
    expect(decodeSafetensors(encodeSafetensors({}, { a: "" })).metadata).toEqual({ a: "" });
  });

  test("writes what a view shows, and not the memory behind it", () => {
    const data = Float32Array.from([1, 2, 3, 4]).subarray(1, 3);
    const { tensors } = decodeSafetensors(
      encodeSafetensors({ x: { ...floats(), shape: [2], data } }),
    );
    expect(tensors.x?.data).toEqual(Float32Array.from([2, 3]));
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["a dtype", { x: { ...floats(1), dtype: "float8" } }, {}, 'dtype of "x" to be one of uint64,'],
    ["a shape", { x: { ...floats(1), shape: [-1] } }, {}, "integers from 0, got [-1]"],
    [
      "too few values",
      { x: { ...floats(1), shape: [2] } },
      {},
      "Float32Array of 2, got a Float32Array of 1",
    ],
    [
      "another array",
      { x: { ...floats(1), data: new Int32Array(1) } },
      {},
      "got a Int32Array of 1",
    ],
    ["a plain array", { x: { ...floats(1), data: [1] } }, {}, "got a Array of 1"],
    ["the metadata's name", { __metadata__: floats(1) }, {}, "other than __metadata__, got"],
    ["a name that is half a character", { "\ud800": floats(1) }, {}, 'got "\\ud800"'],
    ["metadata that is no text", {}, { a: 1 }, 'expected metadata to be texts, got 1 for "a"'],
    ["metadata that is half a character", {}, { a: "\udc00" }, 'got "\\udc00" for "a"'],
  ])("refuses %s", (_, tensors, metadata, message) => {
    const write = () => encodeSafetensors(tensors as never, metadata as never);
    expect(write).toThrow(ArgumentError);
    expect(write).toThrow(message);
  });
});

const entry = (start: number, end: number, shape = [(end - start) / 4], dtype = "F32"): string =>
  JSON.stringify({ dtype, shape, data_offsets: [start, end] });

describe("decodeSafetensors", () => {
  test("shows aligned values in place and copies others", () => {
    const bytes = encodeSafetensors({ x: floats(1, 2) });
    const aligned = decodeSafetensors(bytes).tensors.x?.data;
    expect(aligned?.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const copied = decodeSafetensors(shifted.subarray(1)).tensors.x?.data;
    expect(copied).toEqual(aligned);
    expect(copied?.buffer.byteLength).toBe(8);
  });

  test("reads headers of any spacing and order, empty tensors and scalars", () => {
    const header = `{ "b" :${entry(4, 8, [])} ,\n"empty":${entry(4, 4, [0, 3])},"a":${entry(0, 4)}}\t `;
    const { tensors, metadata } = decodeSafetensors(file(header, 8));
    expect(Object.keys(tensors)).toEqual(["a", "empty", "b"]);
    expect(tensors.b).toEqual({ dtype: "float32", shape: [], data: new Float32Array(1) });
    expect(metadata).toEqual({});
  });

  test.each<[string, Uint8Array, string]>([
    ["no file", new Uint8Array(7), "expected at least 8 bytes, got 7"],
    [
      "a length beyond the limit",
      file("{}", 0, 100_000_001),
      "at most 100000000 bytes, got a length of 100000001",
    ],
    [
      "a length beyond the file",
      file("{}", 0, 3),
      "a header of 3 bytes, got 2; the file is cut off",
    ],
    [
      "bytes that are not UTF-8",
      file(Uint8Array.of(0x7b, 0xff, 0x7d)),
      "expected a header in UTF-8",
    ],
    ["a byte order mark", file("\ufeff{}"), 'expected "{" as the first character'],
    ["space before the header", file(" {}"), 'expected "{" as the first character'],
    ["an empty header", file(""), "at character 0 of the header, got its end"],
    ["a list", file("[]"), 'expected "{" as the first character'],
    ["an object cut off", file("{"), "a key in the header as a string at character 1"],
    [
      "more than an object",
      file("{}{}"),
      "expected only spaces behind the header's object at character 2",
    ],
    [
      "a comma too many",
      file(`{"a":${entry(0, 4)},}`, 4),
      "expected a key in the header as a string",
    ],
    ["no colon", file('{"a"}'), 'expected ":" behind the key "a" at character 4'],
    [
      "a key twice",
      file(`{"a":${entry(0, 4)},"\\u0061":${entry(4, 8)}}`, 8),
      "expected each key of the header once at character 54",
    ],
    ["a field twice", file('{"a":{"dtype":"F32","dtype":"F32"}}'), 'expected each key of "a" once'],
    ["another field", file('{"a":{"kind":"F32"}}'), 'not a field "kind"'],
    ["no dtype", file('{"a":{"shape":[],"data_offsets":[0,4]}}', 4), 'of "a", got no dtype'],
    ["no shape", file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4), 'of "a", got no shape'],
    ["no offsets", file('{"a":{"dtype":"F32","shape":[]}}', 4), 'of "a", got no data_offsets'],
    [
      "an entry that is no object",
      file('{"a":["F32",[],[0,4]]}', 4),
      'expected "a" to be an object',
    ],
    [
      "metadata that is no object",
      file('{"__metadata__":null}'),
      "expected __metadata__ to be an object",
    ],
    [
      "metadata that is no text",
      file('{"__metadata__":{"a":1}}'),
      'the text of "a" in __metadata__ as a string at character 21 of the header, got "1}}"',
    ],
    [
      "metadata twice",
      file('{"__metadata__":{},"__metadata__":{}}'),
      "expected each key of the header once",
    ],
    ["half a character", file('{"__metadata__":{"a":"\\ud800"}}'), "as a string"],
    ["a bad escape", file('{"__metadata__":{"a":"\\x"}}'), "as a string"],
    ["a text without end", file('{"__metadata__":{"a":"\\"}}'), "as a string"],
    ["a control character", file('{"__metadata__":{"a":"\u0001"}}'), "as a string"],
    [
      "an unknown dtype",
      file(`{"a":${entry(0, 4, [4], "F8_E4M3")}}`, 4),
      'to be one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, got "F8_E4M3"',
    ],
    [
      "a negative length",
      file(`{"a":${entry(0, 4, [-1])}}`, 4),
      'expected integers from 0 to 2**53 - 1 in the shape of "a"',
    ],
    [
      "a length with a fraction",
      file('{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', 4),
      'got "1.0]',
    ],
    [
      "a length with an exponent",
      file('{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', 4),
      'got "1e0]',
    ],
    ["a length of -0", file('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'), 'got "-0]'],
    [
      "a length that is a text",
      file('{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', 4),
      "expected integers",
    ],
    [
      "a list in a shape",
      file('{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}', 4),
      "expected integers",
    ],
    [
      "a length of 2**53",
      file('{"a":{"dtype":"F32","shape":[9007199254740992],"data_offsets":[0,4]}}', 4),
      "expected integers",
    ],
    [
      "a product too large",
      file(`{"a":${entry(0, 4, [2 ** 30, 2 ** 30])}}`, 4),
      "at most 2**53 - 1 bytes, got [1073741824, 1073741824]",
    ],
    [
      "bytes too many to count",
      file(`{"a":${entry(0, 4, [2 ** 52])}}`, 4),
      "at most 2**53 - 1 bytes",
    ],
    [
      "one offset",
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}', 4),
      "a start and an end, got 1 numbers",
    ],
    ["offsets reversed", file(`{"a":${entry(4, 0, [1])}}`, 4), "in order, got [4, 0]"],
    [
      "too few bytes",
      file(`{"a":${entry(0, 4, [2])}}`, 4),
      'expected 8 bytes for "a" (F32 [2]), got 4',
    ],
    [
      "an overlap",
      file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12),
      'expected "b" to start at byte 8, got 4: an overlap',
    ],
    [
      "a hole",
      file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12),
      'expected "b" to start at byte 4, got 8: a hole',
    ],
    [
      "a file cut off",
      file(`{"a":${entry(0, 8)}}`, 7),
      'expected "a" to end within the 7 bytes behind the header, got 8; the file is cut off',
    ],
    [
      "bytes left over",
      file(`{"a":${entry(0, 8)}}`, 9),
      "expected 8 bytes behind the header, got 9",
    ],
  ])("refuses %s", (_, bytes, message) => {
    const read = () => decodeSafetensors(bytes);
    expect(read).toThrow(DataError);
    expect(read).toThrow(message);
  });
});
