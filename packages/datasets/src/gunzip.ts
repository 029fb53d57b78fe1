import { DataError } from "@kindling/core";

/** True when the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Decompresses a gzip file. @throws {DataError} when it is damaged: truncated, or its CRC-32 is wrong. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    const plain = source.pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `gunzip: expected intact gzip data, got ${bytes.length} damaged bytes (${reason})`,
      { cause },
    );
  }
}
