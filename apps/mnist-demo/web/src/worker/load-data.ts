import files from "virtual:mnist-files";
import { type Mnist, mnist } from "@kindling/datasets";

export interface Data {
  readonly train: Mnist;
  readonly test: Mnist;
}

/**
 * Loads MNIST from `data/` beside the page, or from the browser's cache, every file checked by its SHA-256.
 *
 * @param pageUrl - where the page is.
 * @param onFraction - told how much has come, 0..1.
 * @throws {DataError} when a file does not come or is not what it should be.
 */
export async function loadData(
  pageUrl: string,
  onFraction: (fraction: number) => void,
): Promise<Data> {
  const root = new URL("data/", pageUrl).href;
  const restore = watchFetch(root, onFraction);
  try {
    const options = { root, download: false };
    const test = await mnist({ train: false, ...options });
    return { train: await mnist({ train: true, ...options }), test };
  } finally {
    restore();
  }
}

// `mnist` has no progress of its own, and asks a server for each file in several forms of which ours has
// one, which the console would show as errors. So while it loads, its requests come through here: those
// for files that are there are counted, the others answered.
function watchFetch(root: string, onFraction: (fraction: number) => void): () => void {
  const original = globalThis.fetch;
  const total = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  let received = 0;

  globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    const file = files.find(({ name }) => url === `${root}${name}.gz`);
    if (file === undefined) return new Response(null, { status: 404 });
    const response = await original(input, init);
    if (!response.ok || response.body === null) return response;
    // A server that says "Content-Encoding: gzip" has the browser decompress what we then count.
    const decoded = response.headers.get("content-encoding") !== null;
    const weight = decoded ? file.gzipBytes / file.rawBytes : 1;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.length * weight;
        onFraction(Math.min(1, received / total));
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counted), { status: response.status });
  };
  return () => {
    globalThis.fetch = original;
  };
}
