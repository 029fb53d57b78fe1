import {
  concat,
  type GradConfig,
  reshape,
  slice,
  stack,
  type Tensor,
  util,
} from "@tensorflow/tfjs-core";
import { listGradient, multiOutputGradient } from "./gradient.ts";

interface AxisAttribute {
  readonly axis: number;
}

/** Ops that join tensors along an axis, and those that split them. */
export const joiningGradients: readonly GradConfig[] = [
  listGradient("Concat", (dy, inputs, attributes: AxisAttribute) => {
    const axis = util.parseAxisParam(attributes.axis, dy.shape)[0] as number;
    let start = 0;
    return inputs.map((input) => {
      const begin = start;
      start += input.shape[axis] as number;
      return () => part(dy, axis, begin, input.shape[axis] as number);
    });
  }),
  listGradient("Pack", (dy, inputs, attributes: AxisAttribute) => {
    const axis = util.parseAxisParam(attributes.axis, dy.shape)[0] as number;
    return inputs.map((input, i) => () => reshape(part(dy, axis, i, 1), input.shape));
  }),
  multiOutputGradient("SplitV", (dys, { axis }: AxisAttribute) => ({
    x: () => concat(dys, axis),
  })),
  multiOutputGradient("Unpack", (dys, { axis }: AxisAttribute) => ({
    value: () => stack(dys, axis),
  })),
];

function part(dy: Tensor, axis: number, begin: number, size: number): Tensor {
  return slice(
    dy,
    dy.shape.map((_, i) => (i === axis ? begin : 0)),
    dy.shape.map((all, i) => (i === axis ? size : all)),
  );
}
