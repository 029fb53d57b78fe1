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
  /** What the kernel runs on before: tfjs caches some programs under keys that say too little. */
  readonly first?: Readonly<Record<string, Input>>;
  /** WGSL leaves it to the driver; SwiftShader is one that gets it wrong. */
  readonly driver?: true;
}

/** Odd, and above 2²⁴: as a float it would be even. */
export const BIG = 16_777_217;

export const NOT: number = Number.NaN;
