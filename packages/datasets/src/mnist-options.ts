import type { Generator } from "@kindling/core";
import type { ImageTransform } from "./transforms/image-transform.ts";

/** How far the download of one file is. */
export interface DownloadProgress {
  /** The file's name, without `.gz`. */
  readonly file: string;
  /**
   * Bytes of it that have come over the wire. Where the server compresses on the way
   * (`Content-Encoding`) and a browser hands on what it decompressed, as many as that makes.
   */
  readonly loaded: number;
  /** Bytes in all; null when the server does not say. */
  readonly total: number | null;
}

/** The options of `mnist`, `fashionMnist` and `kmnist`: the same in Node and in browsers. */
export interface MnistOptions {
  /** The 60,000 images to train on, or the 10,000 to test on. @defaultValue `true` */
  train?: boolean;
  /**
   * Where the files are, or are put: in Node a folder, laid out as torchvision's `root`; in a browser the
   * URL of a folder that the page's server offers.
   *
   * @defaultValue in Node the variable KINDLING_DATA, or `kindling` in the system's cache folder; in a
   * browser `data/` beside the page
   */
  root?: string;
  /** Ask the public mirrors when the files are nowhere nearer. @defaultValue `true` */
  download?: boolean;
  /** URLs of folders with the files. @defaultValue the public mirrors */
  mirrors?: readonly string[];
  /** Give a mirror up when it has sent nothing for this long. @defaultValue `30_000` */
  timeoutMs?: number;
  /**
   * Told how each download gets on, often: with the first answer, then with every piece. Not called for
   * files that are here already. Where a place fails half-way, the next one begins at 0 again. What it throws
   * ends the loading.
   *
   * @defaultValue nobody is told
   */
  onProgress?: (progress: DownloadProgress) => void;
  /** Applied to the images of a batch. @defaultValue `toTensor()` */
  transform?: ImageTransform;
  /** Where random transforms draw from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}
