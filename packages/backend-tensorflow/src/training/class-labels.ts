import { ArgumentError } from "@kindling/core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { entryOf, type NodeBackend } from "./native.ts";

export interface Labels {
  /** With 0 for the labels to be ignored; undefined when there are none. */
  readonly cleaned: Int32Array | undefined;
  /** 0 for rows to be ignored, else 1; undefined when there are none. */
  readonly kept: Float32Array | undefined;
  /** How many rows are not ignored. */
  readonly count: number;
}

/**
 * Looks at class indices, which TensorFlow too has in host memory.
 *
 * @throws {ArgumentError} when one is no class.
 */
export function labelsOf(
  backend: NodeBackend,
  labels: TensorInfo,
  classes: number,
  ignoreIndex: number,
): Labels {
  const { values, id } = entryOf(backend, labels);
  const all = values ?? backend.binding.tensorDataSync(id);
  let ignored = 0;
  for (let row = 0; row < all.length; row++) {
    const label = all[row] as number;
    if (label === ignoreIndex) ignored++;
    else if (label < 0 || label >= classes) {
      throw new ArgumentError(
        `crossEntropy: expected class indices from 0 to ${classes - 1}, got ${label} at row ${row}`,
      );
    }
  }
  const count = all.length - ignored;
  if (ignored === 0) return { cleaned: undefined, kept: undefined, count };
  return {
    cleaned: Int32Array.from(all, (label) => (label === ignoreIndex ? 0 : label)),
    kept: Float32Array.from(all, (label) => (label === ignoreIndex ? 0 : 1)),
    count,
  };
}
