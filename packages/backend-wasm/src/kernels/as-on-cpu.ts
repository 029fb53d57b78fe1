import { expectClose } from "@kindling/testing";
import {
  engine,
  type NamedAttrMap,
  setBackend,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";

/** Sums of up to some hundred float32 products against the cpu backend's. */
const TOLERANCE = 2e-5;
/** Each: about a second in all. */
const RUNS = 60;

/** A tensor before it is on a backend. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The length of an axis. */
export const length: fc.Arbitrary<number> = fc.integer({ min: 1, max: 5 });

/** Sixteenths from −4 to 4, which add up exactly and are often equal. */
export function valuesOf(...shape: number[]): fc.Arbitrary<Values> {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const value = fc.integer({ min: -64, max: 64 }).map((n) => n / 16);
  return fc
    .array(value, { minLength: size, maxLength: size })
    .map((values) => ({ shape, values: Float32Array.from(values) }));
}

/** Fails unless the function has the same values on `wasm` as on tfjs's `cpu`. */
export function expectAsOnCpu(inputs: readonly Values[], f: (...inputs: Tensor[]) => Tensor): void {
  const [cpu, wasm] = ["cpu", "wasm"].map((backend) => {
    setBackend(backend);
    return tidy(() => {
      const tensors = inputs.map(({ shape, values }) => tensor(values.slice(), [...shape]));
      return { values: f(...tensors).dataSync() };
    }).values;
  });
  expectClose(wasm ?? [], cpu ?? [], { tolerance: TOLERANCE });
}

/** Holds a property of generated parameters. */
export function check<T extends unknown[]>(
  cases: fc.Arbitrary<T>,
  property: (...parameters: T) => void,
): void {
  fc.assert(
    fc.property(cases, (parameters) => property(...parameters)),
    { numRuns: RUNS },
  );
}

/** Runs a kernel with one output on the current backend. */
export function run(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return engine().runKernel(name, inputs, attributes as NamedAttrMap) as Tensor;
}
