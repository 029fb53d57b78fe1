// What a backend's kernels ask of their inputs and attributes before they allocate or touch anything: what runs
// on the device checks nothing, and a wrong size would have it write into other tensors.
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { ArgumentError, ShapeError } from "../errors.ts";

/** Sizes and steps are int32 on every device. */
const LIMIT = 2 ** 31;

/**
 * Checks a tensor's shape.
 *
 * @param what - the tensor, in words. @defaultValue "the output's gradient"
 * @throws {ShapeError} when a tensor is not of this shape.
 *
 * @example
 * ```ts
 * expectShape("ReluGrad", [2, 3], zeros([3, 2])); // => ShapeError: ReluGrad: expected input of shape [2, 3] (the output's gradient), got [3, 2]
 * ```
 */
export function expectShape(
  where: string,
  expected: readonly number[],
  { shape }: TensorInfo,
  what: string = "the output's gradient",
): void {
  if (util.arraysEqual(shape, [...expected])) return;
  throw new ShapeError(where, `[${expected.join(", ")}] (${what})`, shape);
}

/**
 * Checks how many axes a shape has.
 *
 * @throws {ShapeError} when a shape has not as many axes as `axes` names, such as `[n, h, w, c]`.
 *
 * @example
 * ```ts
 * expectAxes("MaxPool", "[n, h, w, c]", [28, 28, 1], "the images"); // => ShapeError: MaxPool: expected input of shape [n, h, w, c] (the images), got [28, 28, 1]
 * ```
 */
export function expectAxes(
  where: string,
  axes: string,
  shape: readonly number[],
  what: string,
): void {
  if (shape.length !== axes.split(",").length)
    throw new ShapeError(where, `${axes} (${what})`, shape);
}

/**
 * Checks sizes and steps, which are int32 on every device.
 *
 * @throws {ArgumentError} when a number is not an integer from `least` to 2³¹ − 1.
 *
 * @example
 * ```ts
 * expectIntegers("Conv2D", "strides", [1, 0], 1); // => ArgumentError: Conv2D: expected strides of integers from 1, got [1,0]
 * ```
 */
export function expectIntegers(
  where: string,
  what: string,
  values: readonly number[],
  least: number,
): void {
  if (values.every((value) => Number.isInteger(value) && value >= least && value < LIMIT)) return;
  const from = least > -LIMIT ? ` from ${least}` : "";
  throw new ArgumentError(`${where}: expected ${what} of integers${from}, got [${values}]`);
}

/**
 * Checks a number; by default any finite one will do.
 *
 * @throws {ArgumentError} when a number is not from `low` to `high`, or not finite.
 *
 * @example
 * ```ts
 * expectNumber("Dropout", "p", 1.5, 0, 1); // => ArgumentError: Dropout: expected p to be a number from 0 to 1, got 1.5
 * ```
 */
export function expectNumber(
  where: string,
  what: string,
  value: number,
  low: number = Number.NEGATIVE_INFINITY,
  high: number = Number.POSITIVE_INFINITY,
): void {
  if (Number.isFinite(value) && value >= low && value <= high) return;
  const range = [low > -LIMIT ? ` from ${low}` : "", high < LIMIT ? ` to ${high}` : ""].join("");
  throw new ArgumentError(`${where}: expected ${what} to be a number${range}, got ${value}`);
}

/**
 * Checks the type of tensors by their names.
 *
 * @throws {ArgumentError} when a tensor that is given has another type.
 *
 * @example
 * ```ts
 * expectDtype("CrossEntropy", "int32", { labels: zeros([2]) }); // => ArgumentError: CrossEntropy: expected labels to be int32, got float32; cast it first
 * ```
 */
export function expectDtype(
  where: string,
  dtype: DataType,
  tensors: Readonly<Record<string, TensorInfo | undefined>>,
): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined || tensor.dtype === dtype) continue;
    throw new ArgumentError(
      `${where}: expected ${name} to be ${dtype}, got ${tensor.dtype}; cast it first`,
    );
  }
}

/**
 * Checks the type of a result.
 *
 * @throws {ArgumentError} when a result would be of strings.
 *
 * @example
 * ```ts
 * expectNumbers("Cast", "string"); // => ArgumentError: Cast: expected a type of numbers for the result, got string
 * ```
 */
export function expectNumbers(where: string, dtype: DataType): void {
  if (dtype !== "string") return;
  throw new ArgumentError(`${where}: expected a type of numbers for the result, got string`);
}

/** A window that slides over images, as tfjs's kernels are told of one. */
export interface SlidingWindow {
  /** Rows and columns. */
  readonly size: readonly number[];
  /** Pixels from one window to the next. */
  readonly strides: readonly number[] | number;
  /** Pixels from one value of a window to the next. */
  readonly dilations: readonly number[] | number;
  /** Zeros on all sides, or before and after each axis; a name is tfjs's to check. */
  readonly pad: string | number | readonly (readonly number[])[];
}

/**
 * Checks a window and what it slides over.
 *
 * @param image - the shape of what it slides over, `[n, h, w, c]`.
 * @throws {ShapeError | ArgumentError} when the image has not four axes, or a number is out of its range.
 *
 * @example
 * ```ts
 * const window = { size: [3, 3], strides: 0, dilations: 1, pad: 0 };
 * expectWindow("Conv2D", [1, 8, 8, 1], window); // => ArgumentError: Conv2D: expected strides of integers from 1, got [0]
 * ```
 */
export function expectWindow(where: string, image: readonly number[], window: SlidingWindow): void {
  expectAxes(where, "[n, h, w, c]", image, "the images");
  expectIntegers(where, "images", image, 0);
  expectIntegers(where, "a window", window.size, 1);
  expectIntegers(where, "strides", [window.strides].flat(), 1);
  expectIntegers(where, "dilations", [window.dilations].flat(), 1);
  if (typeof window.pad === "string") return;
  expectIntegers(where, "padding", [window.pad].flat(2), -LIMIT); // below 0 it crops
}

/**
 * Checks that a window fits into its images, by the output's shape.
 *
 * @throws {ShapeError} when the images are smaller than the window.
 *
 * @example
 * ```ts
 * const window = { size: [3, 3], strides: 1, dilations: 1, pad: 0 };
 * expectOutput("Conv2D", [1, 1, 1, 1], window, [1, -1, -1, 1]); // => ShapeError: Conv2D: expected input of shape [n, h, w, c] with room for a window of 3×3, got [1, 1, 1, 1]
 * ```
 */
export function expectOutput(
  where: string,
  image: readonly number[],
  window: SlidingWindow,
  output: readonly number[],
): void {
  if (output.every((size) => size >= 0)) return;
  const window2d = window.size.join("×");
  throw new ShapeError(where, `[n, h, w, c] with room for a window of ${window2d}`, image);
}

/**
 * Checks the layout of images.
 *
 * @throws {ArgumentError} when a convolution is not channels last, the only layout of our kernels.
 *
 * @example
 * ```ts
 * expectNhwc("Conv2D", "NCHW"); // => ArgumentError: Conv2D: expected the data format NHWC, got NCHW; transpose the input first
 * ```
 */
export function expectNhwc(where: string, dataFormat: string): void {
  if (dataFormat === "NHWC") return;
  throw new ArgumentError(
    `${where}: expected the data format NHWC, got ${dataFormat}; transpose the input first`,
  );
}
