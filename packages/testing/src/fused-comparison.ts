import type fc from "fast-check";
import type { Inputs } from "./fused-values.ts";

/** How the tests of a backend run a kernel of its beside the wasm backend's. */
export interface FusedComparison {
  /** `check` on some cases of a kind, as many as `runs` or the backend's own number. */
  holds<T>(cases: fc.Arbitrary<T>, check: (one: T) => Promise<void>, runs?: number): Promise<void>;
  /** Fails unless all outputs are near wasm's, within the backend's own tolerance unless said. */
  expectSame(name: string, inputs: Inputs, attributes?: object, tolerance?: number): Promise<void>;
  /** The outputs of the backend's kernel, which leaves nothing behind. */
  onBackend(name: string, inputs: Inputs, attributes?: object): Promise<Float32Array[]>;
  /** The outputs of wasm's. */
  onWasm(name: string, inputs: Inputs, attributes?: object): Promise<Float32Array[]>;
}
