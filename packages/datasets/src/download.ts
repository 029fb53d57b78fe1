import type { DataFile } from "./mnist-files.ts";
import { Unavailable } from "./sources.ts";

// What gzip may add to data that it cannot compress: header, file name and checksum.
const GZIP_OVERHEAD_BYTES = 1024;

/**
 * Fetches a file, giving up when nothing has come for `timeoutMs` or more has come than the file can have.
 *
 * @throws {Unavailable} with the reason.
 */
export async function download(
  url: string,
  file: DataFile,
  timeoutMs: number,
): Promise<Uint8Array> {
  const limit = file.sizeBytes + GZIP_OVERHEAD_BYTES;
  const controller = new AbortController();
  const stall = (): void => controller.abort(new Error(`nothing came for ${timeoutMs} ms`));
  let timer = setTimeout(stall, timeoutMs);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`expected status 200, got ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunksOf(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(stall, timeoutMs);
      size += chunk.length;
      if (size > limit) {
        throw new Error(`expected ${limit} bytes at most, got more`);
      }
      chunks.push(chunk);
    }
    return joined(chunks, size);
  } catch (error) {
    controller.abort();
    throw new Unavailable(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

// Not every browser can iterate a stream.
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

// fetch hides the reason for "fetch failed" in its cause.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
