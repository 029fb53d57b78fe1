// For tests: calls that a kernel must refuse, each a good call with one thing changed.
import { floatsOf, type TypedArray, type Values } from "./on-builds.ts";

/** What a kernel is called with: named inputs or a list of them, tensors of strings among them. */
export type Inputs = Readonly<Record<string, Values | readonly string[]>> | readonly Values[];

export interface Call {
  readonly kernel: string;
  readonly inputs: Inputs;
  readonly attributes: object;
}

export interface RefusedCall extends Call {
  readonly what: string;
  /** tfjs's own check, with its own class and words. */
  readonly byTfjs: boolean;
}

/** What is wrong, and the inputs and attributes that are. */
export type Change = readonly [what: string, inputs: Inputs, attributes?: object, by?: "by tfjs"];

/** A good call, and what it becomes by each change. */
export interface Refusals {
  readonly good: Call;
  readonly refused: readonly RefusedCall[];
}

export function refusals(
  kernel: string,
  inputs: Inputs,
  attributes: object,
  changes: readonly Change[],
): Refusals {
  const good = { kernel, inputs, attributes };
  const refused = changes.map(([what, wrong, wrongly = {}, by]): RefusedCall => {
    const isList = Array.isArray(inputs);
    return {
      ...{ kernel, what, byTfjs: by !== undefined },
      inputs: isList ? Object.values({ ...inputs, ...wrong }) : { ...inputs, ...wrong },
      attributes: { ...attributes, ...wrongly },
    };
  });
  return { good, refused };
}

/** A change to every other type for each of these inputs. */
export function wrongTypes(inputs: Readonly<Record<string, Values>>): Change[] {
  const types = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
  return Object.entries(inputs).flatMap(([name, { shape, values }]) =>
    Object.entries(types)
      .filter(([, type]) => !(values instanceof type))
      .map(([dtype, type]): Change => {
        return [`${name} of ${dtype}`, { [name]: { shape, values: new type(values.length) } }];
      }),
  );
}

/** float32 of a shape. */
export function floats(...shape: number[]): Values<Float32Array> {
  return floatsOf(1, shape);
}

/** int32 of a shape, or of one axis. */
export function ints(
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Values {
  return of(Int32Array.from(values), shape);
}

/** Bools of a shape. */
export function bools(...shape: number[]): Values {
  return of(Uint8Array.from(floats(...shape).values, Number), shape);
}

function of(values: TypedArray, shape: readonly number[]): Values {
  return { shape, values };
}
