import type { DataFile } from "./mnist-files.ts";
import type { DownloadProgress, MnistOptions } from "./mnist-options.ts";
import { Unavailable } from "./sources.ts";

// What gzip may add to data that it cannot compress: header, file name and checksum.
const GZIP_OVERHEAD_BYTES = 1024;

export type DownloadOptions = Pick<MnistOptions, "timeoutMs" | "onProgress">;

/**
 * Fetches a file, giving up when nothing has come for `timeoutMs` or more has come than the file can have.
 *
 * @throws {Unavailable} with the reason; what `onProgress` throws comes unchanged.
 */
export async function download(
  url: string,
  file: DataFile,
  { timeoutMs = 30_000, onProgress }: DownloadOptions,
): Promise<Uint8Array> {
  const limit = file.sizeBytes + GZIP_OVERHEAD_BYTES;
  const controller = new AbortController();
  const stall = (): void => controller.abort(new Error(`nothing came for ${timeoutMs} ms`));
  let timer = setTimeout(stall, timeoutMs);
  let isCallersError = false;
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`expected status 200, got ${response.status}`);
    }
    const progressAt = progressOf(response.headers, file);
    const report = (size: number): void => {
      try {
        onProgress?.(progressAt(size));
      } catch (error) {
        isCallersError = true;
        throw error;
      }
    };
    const chunks: Uint8Array[] = [];
    let size = 0;
    report(size);
    for await (const chunk of chunksOf(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(stall, timeoutMs);
      size += chunk.length;
      if (size > limit) {
        throw new Error(`expected ${limit} bytes at most, got more`);
      }
      chunks.push(chunk);
      report(size);
    }
    return joined(chunks, size);
  } catch (error) {
    controller.abort();
    if (isCallersError) throw error;
    throw new Unavailable(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function progressOf(
  headers: Headers,
  { name, sizeBytes }: DataFile,
): (size: number) => DownloadProgress {
  const length = headers.get("content-length");
  const total = length === null ? null : Number(length);
  // Then what comes here is the file itself, and the length is that of something smaller.
  const decoded = headers.get("content-encoding") !== null;
  const weight = decoded && total !== null ? total / sizeBytes : 1;
  return (size) => {
    const loaded = Math.min(Math.round(size * weight), total ?? size);
    return { file: name, loaded, total };
  };
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
