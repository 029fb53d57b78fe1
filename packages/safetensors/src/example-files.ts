// For tests.
import type { WritableTensor } from "./index.ts";

/** A file of any header and values. */
export function file(header: string | Uint8Array, values = 0, length?: number): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + values);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** One axis of float32. */
export const floats = (...values: number[]): WritableTensor => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});
