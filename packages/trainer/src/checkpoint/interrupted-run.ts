// For tests: runs of the example that are left at a step, with their checkpoints in memory.
import type { Callback } from "../callback.ts";
import { type ExampleOptions, type ExampleRun, exampleRun } from "./example-run.ts";
import { type CheckpointOptions, checkpoint, type Stateful } from "./index.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";

export const EPOCHS = 3;

/** Saves and loads nothing. */
export const STATELESS: Stateful = { stateDict: async () => ({}), loadStateDict() {} };

/** Runs `work` with a new example, and frees it. */
export async function withRun<T>(
  work: (run: ExampleRun) => Promise<T>,
  example: ExampleOptions = {},
): Promise<T> {
  const run = exampleRun(example);
  try {
    return await work(run);
  } finally {
    run.dispose();
  }
}

export function stopAt(step: number): Callback {
  return {
    name: "stopAt",
    onBatchEnd: (context) => {
      if (context.step === step) context.stop("enough");
    },
  };
}

export type Options = Partial<Omit<CheckpointOptions, "model" | "store">>;

/** A run that is left at a step, with its checkpoints. */
export async function interrupted(
  step: number,
  options: Options = {},
  example: ExampleOptions = {},
): Promise<MemoryStore> {
  const store = memoryStore();
  await withRun(
    (run) => run.fit(EPOCHS, [checkpoint({ store, ...run, ...options }), stopAt(step)]),
    example,
  );
  return store;
}
