import {
  add,
  cumprod,
  cumsum,
  type GradConfig,
  mul,
  pad,
  reverse,
  slice,
  type Tensor,
  util,
} from "@tensorflow/tfjs-core";
import { gradient, reshaped } from "./gradient.ts";

interface ScanAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Running sums and products along one axis. */
export const scanGradients: readonly GradConfig[] = [
  gradient("Cumsum", {}, (dy, _, { axis, exclusive, reverse }: ScanAttributes) => ({
    x: () => cumsum(dy, axis, exclusive, !reverse),
  })),
  gradient("Cumprod", { inputs: ["x"] }, (dy, { x }, attributes: ScanAttributes) => ({
    x: () => cumprodGradient(dy, x, attributes),
  })),
];

function cumprodGradient(dy: Tensor, x: Tensor, attributes: ScanAttributes): Tensor {
  const axis = util.parseAxisParam(attributes.axis, x.shape)[0] as number;
  const shape = [
    util.sizeFromShape(x.shape.slice(0, axis)),
    x.shape[axis] as number,
    util.sizeFromShape(x.shape.slice(axis + 1)),
  ];
  const forward = (t: Tensor): Tensor => {
    const flat = reshaped(t, shape);
    return attributes.reverse ? reverse(flat, 1) : flat;
  };
  const dx = rising(forward(dy), forward(x), attributes.exclusive);
  return reshaped(attributes.reverse ? reverse(dx, 1) : dx, x.shape);
}

/**
 * dx[k] = (product before k) · r[k] with r[k] = dy[k] + x[k+1] · r[k+1], along axis 1 of three.
 *
 * The recurrence is solved by doubling, in log₂ n steps: no division, so zeros in x are nothing special.
 */
function rising(dy: Tensor, x: Tensor, exclusive: boolean): Tensor {
  const n = x.shape[1] as number;
  let factor = earlier(x, 1);
  let total = exclusive ? earlier(dy, 1) : dy;
  for (let span = 1; span < n; span *= 2) {
    total = add(total, mul(factor, earlier(total, span)));
    factor = mul(factor, earlier(factor, span));
  }
  return mul(cumprod(x, 1, true), total);
}

/** Moves everything `by` places towards the start of axis 1; zeros come in at the end. */
function earlier(t: Tensor, by: number): Tensor {
  const [outer, n, inner] = t.shape as [number, number, number];
  const gone = Math.min(by, n);
  const rest = slice(t, [0, gone, 0], [outer, n - gone, inner]);
  return pad(rest, [
    [0, 0],
    [0, gone],
    [0, 0],
  ]);
}
