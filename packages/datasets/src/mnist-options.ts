import type { Generator } from "@kindling/core";
import type { ImageTransform } from "./transforms/image-transform.ts";

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
  /** URLs of folders with the files, in place of the public ones. */
  mirrors?: readonly string[];
  /** Give a mirror up when it has sent nothing for this long. @defaultValue `30_000` */
  timeoutMs?: number;
  /** Applied to the images of a batch. @defaultValue `toTensor()` */
  transform?: ImageTransform;
  /** Where random transforms draw from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}
