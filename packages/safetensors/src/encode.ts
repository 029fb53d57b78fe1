import { ArgumentError } from "@kindling/core";
import { compareText } from "./compare-text.ts";
import { DTYPES } from "./dtypes.ts";
import { METADATA } from "./header.ts";
import { ALIGNMENT, LENGTH_BYTES, MAX_HEADER_BYTES } from "./layout.ts";
import { sizeOf, type WritableTensor } from "./tensor.ts";

/**
 * Writes tensors as a safetensors file, byte for byte as the reference implementation does: by dtype,
 * widest first, then by name. Equal input gives equal bytes, in whatever order it comes.
 *
 * @param metadata - texts to keep with them, sorted by key; none by default.
 * @throws {ArgumentError} when a tensor's shape or array does not fit, or a name cannot be written.
 *
 * @example
 * ```ts
 * await writeFile("model.safetensors", encodeSafetensors(await model.stateDict()));
 * ```
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, WritableTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): ReturnType<Uint8Array["slice"]> {
  // `Uint8Array<ArrayBuffer>`, which TypeScript 5.6 cannot write.
  for (const [name, tensor] of Object.entries(tensors)) checkTensor(name, tensor);
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => rankOf(a) - rankOf(b) || compareText(nameA, nameB),
  );
  const header = encodeHeader(entries, metadata);
  const size = entries.reduce((sum, [, { data }]) => sum + data.byteLength, 0);

  const file = new Uint8Array(LENGTH_BYTES + header.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + header.length;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

function encodeHeader(
  entries: readonly (readonly [string, WritableTensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0;
  const lines = entries.map(([name, tensor]) => {
    const start = offset;
    offset += tensor.data.byteLength;
    const dtype = DTYPES[rankOf(tensor)]?.code;
    return line(name, { dtype, shape: tensor.shape, data_offsets: [start, offset] });
  });
  const texts = Object.entries(metadata).sort(([a], [b]) => compareText(a, b));
  for (const [key, text] of texts) checkText(key, text);
  if (texts.length > 0) lines.unshift(line(METADATA, Object.fromEntries(texts)));
  const json = new TextEncoder().encode(`{${lines.join(",")}}`);
  const header = new Uint8Array(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  header.set(json);
  if (header.length > MAX_HEADER_BYTES) {
    throw new ArgumentError(
      `encodeSafetensors: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${header.length}`,
    );
  }
  return header;
}

// Not one JSON.stringify of all: an object would put names such as "0" first.
function line(name: string, value: object): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function rankOf({ dtype }: WritableTensor): number {
  return DTYPES.findIndex((info) => info.dtype === dtype);
}

function checkTensor(name: string, { dtype, shape, data }: WritableTensor): void {
  checkName(name);
  const info = DTYPES.find((known) => known.dtype === dtype);
  if (info === undefined) {
    const known = DTYPES.map((each) => each.dtype).join(", ");
    throw new ArgumentError(
      `encodeSafetensors: expected the dtype of "${name}" to be one of ${known}, got "${dtype}"`,
    );
  }
  const size = sizeOf(shape);
  if (size === null) {
    throw new ArgumentError(
      `encodeSafetensors: expected the shape of "${name}" to be integers from 0, got [${shape.join(", ")}]`,
    );
  }
  const wanted = info.Array.name;
  // By name, and so also an array of another realm (a frame, a vm context).
  const got = Object.prototype.toString.call(data).slice("[object ".length, -1);
  if (got !== wanted || data.length !== size) {
    throw new ArgumentError(
      `encodeSafetensors: expected "${name}" (${dtype} [${shape.join(", ")}]) to hold a ${wanted} of ${size}, ` +
        `got a ${got} of ${data.length}`,
    );
  }
}

function checkText(key: string, text: string): void {
  if (typeof text !== "string" || !isText(key + text)) {
    throw new ArgumentError(
      `encodeSafetensors: expected metadata to be texts, got ${JSON.stringify(text)} for ${JSON.stringify(key)}`,
    );
  }
}

function checkName(name: string): void {
  if (name === METADATA || !isText(name)) {
    throw new ArgumentError(
      `encodeSafetensors: expected a name that is a text other than ${METADATA}, got ${JSON.stringify(name)}`,
    );
  }
}

// A UTF-16 half that stands alone cannot be written in UTF-8.
function isText(value: string): boolean {
  return !/\p{Surrogate}/u.test(value);
}
