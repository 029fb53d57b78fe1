// What a backend's kernels ask of their inputs and attributes before they allocate or touch anything: what runs
// on the device checks nothing, and a wrong size would have it write into other tensors.
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { ArgumentError, ShapeError } from "../errors.ts";

/** Sizes and steps are int32 on every device. */
const LIMIT = 2 ** 31;

/** @throws {ShapeError} when a tensor is not of this shape. */
export function expectShape(
  where: string,
  expected: readonly number[],
  { shape }: TensorInfo,
  what: string = "the output's gradient",
): void {
  if (util.arraysEqual(shape, [...expected])) return;
  throw new ShapeError(where, `[${expected.join(", ")}] (${what})`, shape);
}

/** @throws {ShapeError} when a shape has not as many axes as `axes` names, such as `[n, h, w, c]`. */
export function expectAxes(
  where: string,
  axes: string,
  shape: readonly number[],
  what: string,
): void {
  if (shape.length !== axes.split(",").length)
    throw new ShapeError(where, `${axes} (${what})`, shape);
}

/** @throws {ArgumentError} when a number is not an integer from `least` to 2³¹ − 1. */
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

/** @throws {ArgumentError} when a number is not from `low` to `high`, or not finite. */
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

/** @throws {ArgumentError} when a tensor that is given has another type. */
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

/** @throws {ArgumentError} when a result would be of strings. */
export function expectNumbers(where: string, dtype: DataType): void {
  if (dtype !== "string") return;
  throw new ArgumentError(`${where}: expected a type of numbers for the result, got string`);
}

/** A window that slides over images, as tfjs's kernels are told of one. */
export interface SlidingWindow {
  /** Rows and columns. */
  readonly size: readonly number[];
  readonly strides: readonly number[] | number;
  readonly dilations: readonly number[] | number;
  /** Zeros on all sides, or before and after each axis; a name is tfjs's to check. */
  readonly pad: string | number | readonly (readonly number[])[];
}

/**
 * @param image - the shape of what it slides over.
 * @throws {ShapeError | ArgumentError} when the image has not four axes, or a number is out of its range.
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

/** @throws {ShapeError} when the images are smaller than the window. */
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

/** @throws {ArgumentError} when a convolution is not channels last, the only layout of our kernels. */
export function expectNhwc(where: string, dataFormat: string): void {
  if (dataFormat === "NHWC") return;
  throw new ArgumentError(
    `${where}: expected the data format NHWC, got ${dataFormat}; transpose the input first`,
  );
}
