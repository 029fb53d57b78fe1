import { ArgumentError, ShapeError } from "@kindling/core";
import {
  stack,
  Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { arrayLike, isNumberArray, type NumberArray, upload } from "./host-array.ts";
import { isRecord, tensorsIn } from "./tensors-in.ts";

/** What `defaultCollate` makes of samples of this type. */
export type Collated<Sample> = Sample extends number | boolean
  ? Tensor1D
  : Sample extends NumberArray
    ? Tensor2D
    : Sample extends Tensor
      ? Stacked<Sample>
      : Sample extends string
        ? string[]
        : Sample extends readonly unknown[] | Record<string, unknown>
          ? { [Key in keyof Sample]: Collated<Sample[Key]> }
          : unknown;

type Stacked<T extends Tensor> = T extends Tensor1D
  ? Tensor2D
  : T extends Tensor2D
    ? Tensor3D
    : T extends Tensor3D
      ? Tensor4D
      : T extends Tensor4D
        ? Tensor5D
        : Tensor;

/**
 * Joins samples into a batch, as PyTorch's `default_collate` does.
 *
 * | samples                     | batch                                                     |
 * | --------------------------- | --------------------------------------------------------- |
 * | numbers                     | `[n]`, int32 when all are integers (labels), else float32 |
 * | booleans                    | `[n]`, bool                                               |
 * | typed arrays of length `m`  | `[n, m]`, float32 for floats and int32 for the rest       |
 * | tensors of shape `[...s]`   | `[n, ...s]`                                               |
 * | tuples, arrays and records  | the same with each field joined                           |
 * | strings                     | an array of them                                          |
 *
 * A target that is a real number and may happen to be whole is safe as `Float32Array.of(y)`.
 *
 * @returns tensors that the caller disposes; the samples' own tensors stay.
 * @throws {ArgumentError} when there is no sample, or the samples differ in kind or fields.
 * @throws {ShapeError} when they differ in shape.
 *
 * @example
 * ```ts
 * const [x, y] = defaultCollate([[Float32Array.of(1, 2), 0], [Float32Array.of(3, 4), 1]]);
 * x; // => [[1, 2], [3, 4]]
 * y.dtype; // => "int32"
 * ```
 */
export function defaultCollate<const Sample>(samples: readonly Sample[]): Collated<Sample> {
  if (samples.length === 0) {
    throw new ArgumentError("defaultCollate: expected at least one sample, got none");
  }
  return collate(samples, "sample") as Collated<Sample>;
}

function collate(samples: readonly unknown[], where: string): unknown {
  const [first] = samples;
  if (typeof first === "number") return collateNumbers(same(samples, isNumber, where));
  if (typeof first === "boolean") return tensor1d(same(samples, isBoolean, where), "bool");
  if (typeof first === "string") return same(samples, isString, where);
  if (isNumberArray(first)) return collateArrays(same(samples, isNumberArray, where), where);
  if (first instanceof Tensor) return collateTensors(same(samples, isTensor, where), where);
  if (Array.isArray(first)) return collateFields(samples, Object.keys(first), [], where);
  if (isRecord(first)) return collateFields(samples, Object.keys(first), {}, where);
  throw new ArgumentError(
    `defaultCollate: expected numbers, typed arrays, tensors, tuples or records, ` +
      `got ${describe(first)} (${where}); pass a collate function to DataLoader`,
  );
}

function collateNumbers(samples: readonly number[]): Tensor1D {
  return tensor1d([...samples], samples.every(Number.isInteger) ? "int32" : "float32");
}

function collateArrays(samples: readonly NumberArray[], where: string): Tensor {
  const [first] = samples as [NumberArray];
  const data = arrayLike(first, samples.length * first.length);
  samples.forEach((sample, row) => {
    if (sample.length !== first.length) {
      throw new ShapeError(`defaultCollate (${where} ${row})`, `[${first.length}]`, [
        sample.length,
      ]);
    }
    data.set(sample, row * first.length);
  });
  return upload({ shape: [samples.length, first.length], data });
}

function collateTensors(samples: readonly Tensor[], where: string): Tensor {
  const [first] = samples as [Tensor];
  samples.forEach((sample, row) => {
    if (sample.shape.join() !== first.shape.join()) {
      const expected = `[${first.shape.join(", ")}]`;
      throw new ShapeError(`defaultCollate (${where} ${row})`, expected, sample.shape);
    }
  });
  return stack([...samples]);
}

function collateFields<Container extends object>(
  samples: readonly unknown[],
  keys: readonly string[],
  batch: Container,
  where: string,
): Container {
  const alike = Array.isArray(batch) ? Array.isArray : isRecord;
  const rows = same<object>(samples, alike, where);
  for (const row of rows) {
    const found = Object.keys(row);
    if (found.join() !== keys.join()) {
      throw new ArgumentError(
        `defaultCollate: expected the fields [${keys.join(", ")}] as in the first ${where}, ` +
          `got [${found.join(", ")}]`,
      );
    }
  }
  try {
    for (const key of keys) {
      const column = rows.map((row) => Reflect.get(row, key) as unknown);
      Reflect.set(batch, key, collate(column, `field ${key} of ${where}`));
    }
    return batch;
  } catch (error) {
    for (const tensor of tensorsIn(batch)) tensor.dispose();
    throw error;
  }
}

function same<T>(
  samples: readonly unknown[],
  is: (value: unknown) => value is T,
  where: string,
): T[] {
  return samples.map((sample, row) => {
    if (is(sample)) return sample;
    throw new ArgumentError(
      `defaultCollate: expected ${describe(samples[0])} as in the first ${where}, ` +
        `got ${describe(sample)} at ${row}`,
    );
  });
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isString = (value: unknown): value is string => typeof value === "string";
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return typeof value;
  return value.constructor?.name ?? "object";
}
