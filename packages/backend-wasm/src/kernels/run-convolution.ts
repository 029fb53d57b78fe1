import { ShapeError } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { type Convolution, type Pass, passesOf } from "./convolution-passes.ts";
import { allocate, type BackendWasm, pointer } from "./kernel.ts";

/**
 * `[n, h, w, in] * [kh, kw, in / groups, out]` to `[n, oh, ow, out]`, or 0 where that is less than `floor`.
 *
 * @param floor - 0 for a ReLU, −∞ for none.
 * @throws {ShapeError} when an input is not of the convolution's shape.
 */
export function convolve(
  where: string,
  backend: BackendWasm,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo | undefined },
  convolution: Convolution,
  floor: number,
): TensorInfo {
  const { shape } = convolution;
  expectShape(where, inputShape(shape), x, "the input");
  expectFilter(where, convolution, filter.shape);
  if (bias) expectShape(where, [shape.outChannels], bias, "the bias");
  const forward = passesOf(sideModule(backend), convolution).forward();
  return runPass(backend, forward, outputShape(shape), (y, scratch, input, output) => {
    const [xAt, filterAt, biasAt] = [x, filter, bias].map((one) => pointer(backend, one)) as Three;
    const biasOrNone = bias ? biasAt + output : 0;
    forward.run(xAt + input, filterAt + output, biasOrNone, y + output, floor, scratch);
  });
}

/** The gradient of `x`; arguments and errors as in {@link convolve}. */
export function convolutionInputGradient(
  where: string,
  backend: BackendWasm,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  convolution: Convolution,
): TensorInfo {
  const { shape } = convolution;
  expectShape(where, outputShape(shape), dy);
  expectFilter(where, convolution, filter.shape);
  const inputGradient = passesOf(sideModule(backend), convolution).inputGradient();
  return runPass(backend, inputGradient, inputShape(shape), (dx, scratch, input, output) => {
    const [dyAt, filterAt] = [dy, filter].map((one) => pointer(backend, one)) as Two;
    inputGradient.run(dyAt + output, filterAt + output, dx + input, scratch);
  });
}

/** The gradient of the filter, of this shape; arguments and errors as in {@link convolve}. */
export function convolutionFilterGradient(
  where: string,
  backend: BackendWasm,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  filterShape: readonly number[],
  convolution: Convolution,
): TensorInfo {
  const { shape } = convolution;
  expectShape(where, inputShape(shape), x, "the input");
  expectShape(where, outputShape(shape), dy);
  expectFilter(where, convolution, filterShape);
  const filterGradient = passesOf(sideModule(backend), convolution).filterGradient();
  return runPass(backend, filterGradient, filterShape, (dw, scratch, input, output) => {
    const [xAt, dyAt] = [x, dy].map((one) => pointer(backend, one)) as Two;
    filterGradient.run(xAt + input, dyAt + output, dw + output, scratch);
  });
}

type Two = [number, number];
type Three = [number, number, number];

// Group by group; `input` and `output` are the bytes from a tensor's first channel to the group's.
function runPass(
  backend: BackendWasm,
  { floats, groups, inputs, outputs }: Pass,
  result: readonly number[],
  run: (result: number, scratch: number, input: number, output: number) => void,
): TensorInfo {
  const scratch = sideModule(backend).scratch(floats);
  const made = allocate(backend, result);
  const at = pointer(backend, made);
  for (let g = 0; g < groups; g++) run(at, scratch, 4 * g * inputs, 4 * g * outputs);
  return made;
}

function inputShape(shape: Convolution["shape"]): number[] {
  return [shape.batchSize, shape.inHeight, shape.inWidth, shape.inChannels];
}

function outputShape(shape: Convolution["shape"]): number[] {
  return [shape.batchSize, shape.outHeight, shape.outWidth, shape.outChannels];
}

// tfjs's depthwise filters are [kh, kw, in, out / in]: the same values in the same order.
function expectFilter(
  where: string,
  { shape, groups }: Convolution,
  filter: readonly number[],
): void {
  const { filterHeight, filterWidth, inChannels, outChannels } = shape;
  const plain = [filterHeight, filterWidth, inChannels / groups, outChannels];
  if (util.arraysEqual(plain, [...filter])) return;
  const [kh, kw, inputs = 0, multiplier = 0] = filter;
  const sameWindow = filter.length === 4 && kh === filterHeight && kw === filterWidth;
  const perChannel = inputs === inChannels && inputs * multiplier === outChannels;
  if (sameWindow && perChannel && groups === Math.max(1, inChannels)) return;
  throw new ShapeError(where, `[${plain.join(", ")}] (the filter)`, filter);
}
