// For tests and benchmarks: what is asked of the native library.
import type { NativeBinding } from "../binding/node-backend.ts";

/** Calls since counting began. */
export interface Calls {
  executeOp: number;
  createTensor: number;
  deleteTensor: number;
  tensorDataSync: number;
  /** Executions by the name of the op. */
  readonly byOp: Record<string, number>;
}

const NAMES = ["executeOp", "createTensor", "deleteTensor", "tensorDataSync"] as const;

/** Counts from here until `stop`. */
export function countCalls(backend: { binding: NativeBinding }): {
  calls: Calls;
  stop: () => void;
} {
  const calls: Calls = {
    ...{ executeOp: 0, createTensor: 0, deleteTensor: 0, tensorDataSync: 0 },
    byOp: {},
  };
  const { binding } = backend;
  // Its own functions cannot be replaced.
  const counting = Object.create(binding) as NativeBinding;
  for (const name of NAMES) {
    const value = (...args: never[]): unknown => {
      calls[name]++;
      if (name === "executeOp") {
        const [op] = args as readonly unknown[] as readonly [string];
        calls.byOp[op] = (calls.byOp[op] ?? 0) + 1;
      }
      return (binding[name] as (...args: never[]) => unknown)(...args);
    };
    Object.defineProperty(counting, name, { value });
  }
  backend.binding = counting;
  const stop = (): void => {
    backend.binding = binding;
  };
  return { calls, stop };
}

/** All of them. */
export function total(calls: Calls): number {
  return NAMES.reduce((sum, name) => sum + calls[name], 0);
}
