import files from "virtual:mnist-files";
import { type DownloadProgress, type Mnist, mnist } from "@kindling/datasets";

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
  const options = {
    root: new URL("data/", pageUrl).href,
    download: false,
    onProgress: overall(onFraction),
  };
  const test = await mnist({ train: false, ...options });
  return { train: await mnist({ train: true, ...options }), test };
}

// Of all four files, each by its share of the bytes.
function overall(onFraction: (fraction: number) => void): (progress: DownloadProgress) => void {
  const sizes = new Map(files.map(({ name, gzipBytes }) => [name, gzipBytes]));
  const all = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  const received = new Map<string, number>();
  return ({ file, loaded, total }) => {
    const size = sizes.get(file) ?? 0;
    received.set(file, size * Math.min(1, loaded / (total ?? size)));
    onFraction([...received.values()].reduce((sum, bytes) => sum + bytes, 0) / all);
  };
}
