// What the contracts of the fused kernels (fused.ts, fused-steps.ts) ask of a call, the same on every backend.
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { ArgumentError } from "../errors.ts";
import type {
  ConvolutionAttributes,
  CrossEntropyAttributes,
  DropoutAttributes,
  GatherBytesAttributes,
} from "../fused.ts";
import {
  expectAxes,
  expectDtype,
  expectIntegers,
  expectNumber,
  expectShape,
  expectWindow,
} from "./checks.ts";

type Four = [number, number, number, number];

/** The words of mt19937's state. */
const WORDS = 624;
const REDUCTIONS: readonly string[] = ["none", "sum", "mean"];

/** Sizes of a convolution; images and filters are channels last. */
export interface ConvolutionSizes {
  /** Images. */
  readonly batchSize: number;
  /** Rows of an input image. */
  readonly inHeight: number;
  /** Columns of an input image. */
  readonly inWidth: number;
  /** Channels of an input image, over all groups. */
  readonly inChannels: number;
  /** Rows of an output image. */
  readonly outHeight: number;
  /** Columns of an output image. */
  readonly outWidth: number;
  /** Channels of an output image: filters. */
  readonly outChannels: number;
  /** Rows of a filter. */
  readonly filterHeight: number;
  /** Columns of a filter. */
  readonly filterWidth: number;
}

/**
 * The sizes of a convolution of `x` `[n, h, w, in]` with `filter` `[kh, kw, in / groups, out]`.
 *
 * @throws {ShapeError | ArgumentError} when shapes and attributes do not fit.
 *
 * @example
 * ```ts
 * const { outHeight, outWidth } = convolutionSizes("Conv2D", [1, 28, 28, 1], [3, 3, 1, 8], {
 *   strides: [2, 2],
 *   dilations: [1, 1],
 *   padding: [[1, 1], [1, 1]],
 *   groups: 1,
 * });
 * [outHeight, outWidth]; // => [14, 14]
 * ```
 */
export function convolutionSizes(
  where: string,
  x: readonly number[],
  filter: readonly number[],
  { strides, dilations, padding, groups }: ConvolutionAttributes,
): ConvolutionSizes {
  expectAxes(where, "[kh, kw, in, out]", filter, "the filter");
  expectIntegers(where, "a filter", filter, 0);
  const [filterHeight, filterWidth, within, outChannels] = filter as Four;
  expectWindow(where, x, { size: [filterHeight, filterWidth], strides, dilations, pad: 0 });
  expectIntegers(where, "padding", padding.flat(), 0);
  expectIntegers(where, "groups", [groups], 1);
  const [batchSize, inHeight, inWidth, inChannels] = x as Four;
  if (within * groups !== inChannels || outChannels % groups !== 0) {
    throw new ArgumentError(
      `${where}: expected ${groups} groups of ${within} input channels that divide ${outChannels} ` +
        `output channels, got ${inChannels} input channels`,
    );
  }
  const windows = (size: number, length: number, axis: 0 | 1): number => {
    const [before, after] = padding[axis];
    const room = size + before + after - (length - 1) * dilations[axis] - 1;
    return Math.max(0, Math.floor(room / strides[axis]) + 1);
  };
  return {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight: windows(inHeight, filterHeight, 0),
    outWidth: windows(inWidth, filterWidth, 1),
    outChannels,
    filterHeight,
    filterWidth,
  };
}

/**
 * The sizes of logits `[rows, classes]`, with labels `[rows]` and class weights `[classes]`.
 *
 * @throws {ShapeError | ArgumentError} when inputs and attributes do not fit.
 *
 * @example
 * ```ts
 * const inputs = { logits: zeros([2, 3]), labels: tensor1d([0, 2], "int32") };
 * const attributes = { ignoreIndex: -100, smoothing: 0, reduction: "mean" } as const;
 * crossEntropySizes("CrossEntropy", inputs, attributes); // => [2, 3]
 * ```
 */
export function crossEntropySizes(
  where: string,
  { logits, labels, weight }: { logits: TensorInfo; labels: TensorInfo; weight?: TensorInfo },
  { ignoreIndex, smoothing, reduction }: CrossEntropyAttributes,
): [rows: number, classes: number] {
  expectAxes(where, "[rows, classes]", logits.shape, "the logits");
  const [rows, classes] = logits.shape as [number, number];
  expectDtype(where, "int32", { labels });
  expectDtype(where, "float32", { logits, weight });
  expectShape(where, [rows], labels, "the labels");
  if (weight) expectShape(where, [classes], weight, "the class weights");
  expectIntegers(where, "an index to ignore", [ignoreIndex], -(2 ** 31));
  expectNumber(where, "smoothing", smoothing, 0, 1);
  if (!REDUCTIONS.includes(reduction)) {
    throw new ArgumentError(
      `${where}: expected the reduction to be one of ${REDUCTIONS.join(", ")}, got ${reduction}`,
    );
  }
  return [rows, classes];
}

/**
 * The shape of the loss and of its gradient.
 *
 * @example
 * ```ts
 * lossShape({ ignoreIndex: -100, smoothing: 0, reduction: "none" }, 64); // => [64]
 * lossShape({ ignoreIndex: -100, smoothing: 0, reduction: "mean" }, 64); // => []
 * ```
 */
export function lossShape({ reduction }: CrossEntropyAttributes, rows: number): number[] {
  return reduction === "none" ? [rows] : [];
}

/**
 * Checks the attributes of dropout.
 *
 * @throws {ArgumentError} when a number is out of its range, or the state not one of mt19937.
 *
 * @example
 * ```ts
 * const random = { words: new Uint32Array(624), index: 0 };
 * expectDropout("Dropout", { p: 2, scale: 1, random }); // => ArgumentError: Dropout: expected p to be a number from 0 to 1, got 2
 * ```
 */
export function expectDropout(where: string, { p, scale, random }: DropoutAttributes): void {
  expectNumber(where, "p", p, 0, 1);
  expectNumber(where, "scale", scale);
  const { words, index } = random;
  const known = words instanceof Uint32Array && words.length === WORDS;
  if (known && Number.isInteger(index) && index >= 0 && index <= WORDS) return;
  throw new ArgumentError(
    `${where}: expected a Uint32Array of ${WORDS} words and an index up to that, ` +
      `got ${words.length} words and ${index}`,
  );
}

/**
 * Checks the inputs of dropout's gradient: both of any shape, the same.
 *
 * @throws {ShapeError | ArgumentError} when the gradient is not float32 of the bool mask's shape.
 *
 * @example
 * ```ts
 * const tensors = { dy: zeros([2]), mask: zeros([3], "bool") };
 * expectDropoutGradient("DropoutGrad", tensors, 2); // => ShapeError: DropoutGrad: expected input of shape [3] (the output's gradient), got [2]
 * ```
 */
export function expectDropoutGradient(
  where: string,
  { dy, mask }: { dy: TensorInfo; mask: TensorInfo },
  scale: number,
): void {
  expectShape(where, mask.shape, dy);
  expectDtype(where, "float32", { dy });
  expectDtype(where, "bool", { mask });
  expectNumber(where, "scale", scale);
}

/**
 * Checks the attributes of a gather from bytes.
 *
 * @throws {ArgumentError} when the shape is not that of the rows, or a row is not in the bytes.
 *
 * @example
 * ```ts
 * const bytes = new Uint8Array(8); // 2 rows of 4
 * const attributes = { bytes, width: 4, indices: [2], divisor: 255, shape: [1, 4] };
 * expectGatherBytes("GatherBytes", attributes); // => ArgumentError: GatherBytes: expected indices from 0 to 1, got 2 at 0
 * ```
 */
export function expectGatherBytes(where: string, attributes: GatherBytesAttributes): void {
  const { bytes, width, indices, divisor, shape } = attributes;
  const count = indices.length;
  expectIntegers(where, "a row's width", [width], 0);
  expectIntegers(where, "a shape", shape, 0);
  expectNumber(where, "divisor", divisor);
  if (!(bytes instanceof Uint8Array) || divisor === 0) {
    throw new ArgumentError(
      `${where}: expected bytes in a Uint8Array and a divisor that is not 0, ` +
        `got ${Object.prototype.toString.call(bytes)} and ${divisor}`,
    );
  }
  if (util.sizeFromShape([...shape]) !== count * width) {
    throw new ArgumentError(
      `${where}: expected a shape of ${count} rows of ${width}, got [${shape.join(", ")}]`,
    );
  }
  const rows = width > 0 ? Math.floor(bytes.length / width) : 0;
  for (let i = 0; i < count && width > 0; i++) {
    const index = indices[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < rows) continue;
    throw new ArgumentError(
      `${where}: expected indices from 0 to ${rows - 1}, got ${index} at ${i}`,
    );
  }
}

/**
 * Checks an optimizer's step before the first write: an update that stops half-way cannot be taken back.
 *
 * @param kinds - tensors a parameter: itself, its gradient and its buffers.
 * @param lists - the attributes that hold a number for each parameter.
 * @throws {ShapeError | ArgumentError} when a tensor or a number is missing, or a tensor not float32 of
 *   its parameter's shape.
 *
 * @example
 * ```ts
 * const [weight, gradient] = [zeros([2]), zeros([3])];
 * expectStep("SgdStep", [weight, gradient], 1, 2, []); // => ShapeError: SgdStep: expected input of shape [2] (a gradient or buffer of its parameter's shape), got [3]
 * ```
 */
export function expectStep(
  where: string,
  inputs: readonly TensorInfo[],
  count: number,
  kinds: number,
  lists: readonly (readonly number[])[],
): void {
  expectIntegers(where, "a count", [count], 1);
  if (inputs.length !== kinds * count) {
    throw new ArgumentError(
      `${where}: expected ${kinds} tensors for each of ${count} parameters, got ${inputs.length}`,
    );
  }
  if (lists.some((list) => list.length !== count)) {
    throw new ArgumentError(`${where}: expected a number for each of ${count} parameters`);
  }
  inputs.forEach((input, i) => {
    expectDtype(where, "float32", { "every tensor": input });
    const parameter = inputs[i % count] as TensorInfo;
    expectShape(where, parameter.shape, input, "a gradient or buffer of its parameter's shape");
  });
}
