import { type ConvolutionAttributes, FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import {
  closedUp,
  type Geometry,
  geometryOf,
  groupOf,
  inputShape,
  isDilated,
  nativeAttributes,
  nativeFilterShape,
  outputShape,
  paddingName,
  stepsOver,
  undilated,
  unpadded,
} from "./convolution.ts";
import { defineFloatKernel, sizeOf } from "./kernel.ts";
import { compute, constant, filled, idOf, type NodeBackend, type Ops, scalar } from "./native.ts";

type Shape = readonly number[];
/** A pass of one convolution, without groups unless depthwise: the two operands in, the result out. */
type Pass = (at: At, g: Geometry, first: number, second: number) => number;

interface At {
  readonly ops: Ops;
  readonly backend: NodeBackend;
}

const conv2d = defineFloatKernel<
  { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  ConvolutionAttributes
>(FUSED.conv2d, ({ inputs: { x, filter, bias }, attrs, backend }) => {
  const g = geometryOf(FUSED.conv2d, x.shape, filter.shape, attrs);
  if (bias) expectShape(FUSED.conv2d, [g.outChannels], bias, "the bias");
  const shape = outputShape(g);
  if (sizeOf({ ...x, shape }) === 0) return filled(backend, shape, 0);
  return compute(backend, (ops) => {
    const at = { ops, backend };
    // Without channels there is nothing to add up but the bias.
    const y =
      sizeOf(filter) === 0
        ? ops.map("Fill", constant(backend, shape), scalar(backend, 0))
        : onGroups(at, g, forward, idOf(backend, x), idOf(backend, filter));
    const sum = bias ? ops.map("BiasAdd", y, idOf(backend, bias)) : y;
    return ops.tensor(sum, shape);
  });
});

const inputGradient = defineFloatKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { inputShape: Shape }
>(FUSED.conv2dInputGrad, ({ inputs: { dy, filter }, attrs, backend }) => {
  const g = geometryOf(FUSED.conv2dInputGrad, attrs.inputShape, filter.shape, attrs);
  expectShape(FUSED.conv2dInputGrad, outputShape(g), dy);
  const shape = inputShape(g);
  if (sizeOf(dy) === 0 || sizeOf(filter) === 0) return filled(backend, shape, 0);
  return compute(backend, (ops) => {
    const [down, weights] = [idOf(backend, dy), idOf(backend, filter)];
    const dx = onGroups({ ops, backend }, g, backToInput, down, weights);
    return ops.tensor(dx, shape);
  });
});

const filterGradient = defineFloatKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionAttributes & { filterShape: Shape }
>(FUSED.conv2dFilterGrad, ({ inputs: { x, dy }, attrs, backend }) => {
  const g = geometryOf(FUSED.conv2dFilterGrad, x.shape, attrs.filterShape, attrs);
  expectShape(FUSED.conv2dFilterGrad, outputShape(g), dy);
  if (sizeOf(dy) === 0 || sizeOf(x) === 0) return filled(backend, attrs.filterShape, 0);
  return compute(backend, (ops) => {
    const [images, down] = [idOf(backend, x), idOf(backend, dy)];
    const dw = onGroups({ ops, backend }, g, backToFilter, images, down);
    return ops.tensor(dw, attrs.filterShape);
  });
});

/** Convolutions with bias, of any stride, dilation, padding and groups at once, and their gradients. */
export const convolutions: readonly KernelConfig[] = [conv2d, inputGradient, filterGradient];

const forward: Pass = ({ ops, backend }, g, x, filter) => {
  if (!g.depthwise) return ops.run("Conv2D", nativeAttributes(g), x, filter);
  const shaped = ops.reshape(filter, nativeFilterShape(g));
  const [whole, weights] = isDilated(g)
    ? [undilated(g), dilate({ ops, backend }, g, shaped)]
    : [g, shaped];
  return ops.run("DepthwiseConv2dNative", nativeAttributes(whole), x, weights);
};

// The ops' gradients know no dilation on the CPU: that of a filter with zeros in its gaps is the same.
const backToInput: Pass = (at, g, dy, filter) => {
  const { ops, backend } = at;
  const shaped = g.depthwise ? ops.reshape(filter, nativeFilterShape(g)) : filter;
  const [whole, weights] = isDilated(g) ? [undilated(g), dilate(at, g, shaped)] : [g, shaped];
  const op = g.depthwise ? "DepthwiseConv2dNativeBackpropInput" : "Conv2DBackpropInput";
  return ops.run(op, nativeAttributes(whole), constant(backend, inputShape(g)), weights, dy);
};

const backToFilter: Pass = (at, given, x, dy) => {
  const { ops, backend } = at;
  const dense = isDilated(given) ? undilated(given) : given;
  const isPadded = paddingName(dense) === "EXPLICIT";
  const whole = isPadded ? unpadded(dense) : dense;
  const every = isPadded ? padded(at, dense, x) : x;
  // oneDNN's for these writes where it should not, and is wrong (docs/tensorflow-facts.md, 9).
  const isClosed = stepsOver(whole) && !backend.isUsingGpuDevice;
  const g = isClosed ? closedUp(whole) : whole;
  const images = isClosed ? seen(at, whole, every) : every;
  const sizes = constant(backend, nativeFilterShape(g));
  const op = g.depthwise ? "DepthwiseConv2dNativeBackpropFilter" : "Conv2DBackpropFilter";
  const dw = ops.run(op, nativeAttributes(g), images, sizes, dy);
  const taps = isDilated(given) ? everyTap(at, given, dw) : dw;
  return g.depthwise ? ops.reshape(taps, given.filterShape) : taps;
};

/** A pass group by group: every operand and result has its channels, or filters, on the last axis. */
function onGroups(at: At, g: Geometry, pass: Pass, first: number, second: number): number {
  if (g.groups === 1 || g.depthwise) return pass(at, g, first, second);
  const { concat, split } = at.ops;
  const seconds = split(second, g.groups, 3);
  const parts = split(first, g.groups, 3).map((id, i) => {
    return pass(at, groupOf(g), id, seconds[i] as number);
  });
  return concat(parts, 3);
}

function padded({ ops, backend }: At, g: Geometry, x: number): number {
  const [[top, bottom], [left, right]] = g.padding;
  return pad({ ops, backend }, x, [0, 0, top, bottom, left, right, 0, 0]);
}

function pad({ ops, backend }: At, x: number, amounts: Shape): number {
  const pairs = ops.map(
    "Reshape",
    constant(backend, amounts),
    constant(backend, [amounts.length / 2, 2]),
  );
  return ops.map("PadV2", x, pairs, scalar(backend, 0));
}

/** Puts `dilation − 1` zeros between the rows and the columns of a filter. */
function dilate(at: At, g: Geometry, filter: number): number {
  const { ops, backend } = at;
  const [height, width, ...channels] = nativeFilterShape(g) as [number, number, number, number];
  const [down, right] = g.dilations;
  const each = channels[0] * channels[1];
  const apart = ops.reshape(filter, [height, 1, width, 1, each]);
  const spread = pad(at, apart, [0, 0, 0, down - 1, 0, 0, 0, right - 1, 0, 0]);
  const whole = ops.reshape(spread, [height * down, width * right, ...channels]);
  const size = [...undilated(g).filterShape.slice(0, 2), ...channels];
  return ops.map("Slice", whole, constant(backend, [0, 0, 0, 0]), constant(backend, size));
}

/** What windows of one value see of an input without padding. */
function seen({ ops, backend }: At, g: Geometry, x: number): number {
  return ops.map(
    "StridedSlice",
    x,
    constant(backend, [0, 0, 0, 0]),
    constant(backend, inputShape(g)),
    constant(backend, [1, ...g.strides, 1]),
  );
}

/** The values of a dilated filter's gradient that are not in its gaps. */
function everyTap({ ops, backend }: At, g: Geometry, dw: number): number {
  const size = nativeFilterShape({ ...undilated(g) });
  return ops.map(
    "StridedSlice",
    dw,
    constant(backend, [0, 0, 0, 0]),
    constant(backend, size),
    constant(backend, [...g.dilations, 1, 1]),
  );
}
