import {
  backend_util,
  cast,
  cumprod,
  div,
  equal,
  type GradConfig,
  mul,
  scalar,
  type Tensor,
  transpose,
  util,
} from "@tensorflow/tfjs-core";
import { broadcast, gradient, reshaped } from "./gradient.ts";

type Axes = number | number[] | null | undefined;

/** Reductions over axes. */
export const reductionGradients: readonly GradConfig[] = [
  gradient("Sum", { inputs: ["x"] }, (dy, { x }, { axis }: { axis: Axes }) => ({
    x: () => broadcast(kept(dy, x, axis), x.shape),
  })),
  gradient("Mean", { inputs: ["x"] }, (dy, { x }, { axis }: { axis: Axes }) => ({
    x: () => broadcast(div(kept(dy, x, axis), scalar(x.size / dy.size)), x.shape),
  })),
  // Where several are largest each gets the whole gradient, as in tfjs (torch's amax shares it out).
  gradient(
    "Max",
    { inputs: ["x"], outputs: ["y"] },
    (dy, { x, y }, { reductionIndices }: { reductionIndices: Axes }) => ({
      x: () => extremal(dy, x, y, reductionIndices),
    }),
  ),
  gradient("Min", { inputs: ["x"], outputs: ["y"] }, (dy, { x, y }, { axis }: { axis: Axes }) => ({
    x: () => extremal(dy, x, y, axis),
  })),
  gradient("Prod", { inputs: ["x"] }, (dy, { x }, { axis }: { axis: Axes }) => ({
    x: () => mul(kept(dy, x, axis), productOfOthers(x, axis)),
  })),
];

/** The output's gradient with the reduced axes back, of size 1. */
function kept(dy: Tensor, x: Tensor, axis: Axes): Tensor {
  const axes = util.parseAxisParam(axis ?? allAxes(x), x.shape);
  return reshaped(
    dy,
    x.shape.map((size, at) => (axes.includes(at) ? 1 : size)),
  );
}

function allAxes(x: Tensor): number[] {
  return x.shape.map((_, axis) => axis);
}

function extremal(dy: Tensor, x: Tensor, y: Tensor, axis: Axes): Tensor {
  return mul(kept(dy, x, axis), cast(equal(x, kept(y, x, axis)), "float32"));
}

// Products of what stands before and after, so that zeros in x need no division.
function productOfOthers(x: Tensor, axis: Axes): Tensor {
  const axes = util.parseAxisParam(axis ?? allAxes(x), x.shape);
  const order = backend_util.getAxesPermutation(axes, x.rank);
  const moved = order === null ? x : transpose(x, order);
  const lead = moved.shape.slice(0, x.rank - axes.length);
  const flat = reshaped(moved, [...lead, util.sizeFromShape(moved.shape.slice(lead.length))]);
  const before = cumprod(flat, lead.length, true, false);
  const after = cumprod(flat, lead.length, true, true);
  const others = reshaped(mul(before, after), moved.shape);
  return order === null ? others : transpose(others, backend_util.getUndoAxesPermutation(order));
}
