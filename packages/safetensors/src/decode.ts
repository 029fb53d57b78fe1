// The format: https://github.com/huggingface/safetensors. What its reference implementation refuses is
// refused here; so are keys that come twice and fields that the format does not have.
import { DataError } from "@kindling/core";
import { DTYPES, type DtypeInfo } from "./dtypes.ts";
import { type HeaderEntry, parseHeader } from "./header.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES } from "./layout.ts";
import { type SafetensorsTensor, sizeOf } from "./tensor.ts";

/** What a file holds. */
export interface Safetensors {
  /** By name, in the order of their bytes. */
  readonly tensors: Record<string, SafetensorsTensor>;
  /** Texts that the writer added; empty when there are none. */
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file, and checks all of it before a value is touched.
 *
 * The tensors are views of `file` where its bytes are aligned, and copies where they are not: clone what
 * must outlive a change of `file`. float16 and bfloat16 come as their bits; see `toFloat32`.
 *
 * @throws {DataError} when the file is damaged or no such file: what was expected, what came, and where.
 *
 * @example
 * ```ts
 * await writeFile("model.safetensors", encodeSafetensors(await model.stateDict(), { epoch: "3" }));
 * const { tensors, metadata } = decodeSafetensors(await readFile("model.safetensors"));
 * metadata; // => { epoch: "3" }
 * tensors["hidden.weight"]?.shape; // => [8, 4]
 * ```
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { header, start } = readHeader(file);
  const available = file.byteLength - start;
  // By offsets: an empty tensor comes before the one that starts where it ends.
  const entries = [...header.entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let covered = 0;
  const tensors = entries.map(([name, entry]): [string, SafetensorsTensor] => {
    const dtype = checkEntry(name, entry);
    checkPlace(name, entry, covered, available);
    covered = entry.end;
    return [name, viewOf(file, start, entry, dtype)];
  });
  if (covered !== available) {
    throw new DataError(
      `decodeSafetensors: expected ${covered} bytes behind the header, got ${available}`,
    );
  }
  // Through entries, so that "__proto__" is a name like any other.
  return {
    tensors: Object.fromEntries(tensors),
    metadata: Object.fromEntries(header.metadata),
  };
}

function readHeader(file: Uint8Array) {
  if (file.byteLength < LENGTH_BYTES) {
    throw new DataError(
      `decodeSafetensors: expected at least ${LENGTH_BYTES} bytes, got ${file.byteLength}`,
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getBigUint64(0, true);
  const available = file.byteLength - LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES) {
    throw new DataError(
      `decodeSafetensors: expected a header of at most ${MAX_HEADER_BYTES} bytes, got a length of ${length}; ` +
        "the file is no safetensors file",
    );
  }
  if (length > available) {
    throw new DataError(
      `decodeSafetensors: expected a header of ${length} bytes, got ${available}; the file is cut off`,
    );
  }
  const start = LENGTH_BYTES + Number(length);
  return { header: parseHeader(decodeText(file.subarray(LENGTH_BYTES, start))), start };
}

function decodeText(bytes: Uint8Array): string {
  try {
    // A byte order mark is not taken away: a header begins with "{".
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DataError("decodeSafetensors: expected a header in UTF-8, got other bytes", {
      cause,
    });
  }
}

function checkEntry(name: string, { dtype, shape, start, end }: HeaderEntry): DtypeInfo {
  const info = DTYPES.find(({ code }) => code === dtype);
  if (info === undefined) {
    const known = DTYPES.map(({ code }) => code).join(", ");
    throw new DataError(
      `decodeSafetensors: expected the dtype of "${name}" to be one of ${known}, got "${dtype}"`,
    );
  }
  const bytes = (sizeOf(shape) ?? Number.NaN) * info.Array.BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(bytes)) {
    throw new DataError(
      `decodeSafetensors: expected the shape of "${name}" to hold at most 2**53 - 1 bytes, got [${shape.join(", ")}]`,
    );
  }
  if (start > end) {
    throw new DataError(
      `decodeSafetensors: expected data_offsets of "${name}" in order, got [${start}, ${end}]`,
    );
  }
  if (end - start !== bytes) {
    throw new DataError(
      `decodeSafetensors: expected ${bytes} bytes for "${name}" (${dtype} [${shape.join(", ")}]), got ${end - start}`,
    );
  }
  return info;
}

function checkPlace(
  name: string,
  { start, end }: HeaderEntry,
  covered: number,
  available: number,
): void {
  if (start !== covered) {
    const what = start < covered ? "an overlap with the one before" : "a hole before it";
    throw new DataError(
      `decodeSafetensors: expected "${name}" to start at byte ${covered}, got ${start}: ${what}`,
    );
  }
  if (end > available) {
    throw new DataError(
      `decodeSafetensors: expected "${name}" to end within the ${available} bytes behind the header, got ${end}; ` +
        "the file is cut off",
    );
  }
}

function viewOf(
  file: Uint8Array,
  base: number,
  { shape, start, end }: HeaderEntry,
  { dtype, Array: ArrayType }: DtypeInfo,
): SafetensorsTensor {
  const width = ArrayType.BYTES_PER_ELEMENT;
  const length = (end - start) / width;
  const at = file.byteOffset + base + start;
  const data =
    at % width === 0
      ? new ArrayType(file.buffer, at, length)
      : new ArrayType(Uint8Array.from(file.subarray(base + start, base + end)).buffer, 0, length);
  // The table pairs dtypes with their arrays; the compiler cannot follow it there.
  return { dtype, shape, data } as SafetensorsTensor;
}
