import type { DataType } from "@tensorflow/tfjs-core";

/** Values, shape and type, float32 unless said. */
export type Input = readonly [
  values: readonly number[],
  shape: readonly number[],
  dtype?: DataType,
];

/** A case that tfjs's own kernel gets wrong: kernel, inputs, attributes, values of each output. */
export interface Wrong {
  readonly kernel: string;
  readonly what: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly attributes?: object;
  readonly expected: readonly (readonly number[])[];
}
