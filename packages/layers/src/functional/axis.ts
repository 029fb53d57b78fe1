import { ArgumentError } from "@kindling/core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** The axis counted from 0. @throws {ArgumentError} when `x` has no such axis. */
export function checkedAxis(where: string, x: Tensor, axis: number): number {
  const at = axis < 0 ? axis + x.rank : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= x.rank) {
    throw new ArgumentError(
      `${where}: expected an axis from ${-x.rank} to ${x.rank - 1}, got ${axis} (input [${x.shape.join(", ")}])`,
    );
  }
  return at;
}
