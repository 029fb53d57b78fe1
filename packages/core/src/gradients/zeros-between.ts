import { pad, reshape, slice, type Tensor, util } from "@tensorflow/tfjs-core";

/**
 * Puts `step - 1` zeros between the values of an axis: `[1, 2, 3]` becomes `[1, 0, 2, 0, 3]` for a
 * step of 2. The transpose of taking every `step`-th value.
 */
export function zerosBetween(x: Tensor, axis: number, step: number): Tensor {
  const size = x.shape[axis] as number;
  if (step === 1 || size < 2) return x;
  const outer = util.sizeFromShape(x.shape.slice(0, axis));
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  // Every value becomes a row [value, 0, …, 0]; the last row's zeros are cut off again.
  const rows = pad(reshape(x, [outer * size, inner]), [
    [0, 0],
    [0, (step - 1) * inner],
  ]);
  const spread = (size - 1) * step + 1;
  const cut = slice(reshape(rows, [outer, size * step * inner]), [0, 0], [outer, spread * inner]);
  return reshape(cut, [...x.shape.slice(0, axis), spread, ...x.shape.slice(axis + 1)]);
}
