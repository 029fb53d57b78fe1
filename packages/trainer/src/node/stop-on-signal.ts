/// <reference types="node" />
import { constants } from "node:os";
import type { Callback } from "../callback.ts";
import type { Checkpoint } from "../checkpoint/index.ts";

/** What {@link stopOnSignal} saves with, and on which signals. */
export interface StopOnSignalOptions {
  /** Saves the run before it ends. */
  checkpoint: Checkpoint;
  /** Those that end the run. @defaultValue `["SIGINT", "SIGTERM"]` */
  signals?: readonly NodeJS.Signals[];
  /** Where it says what it does. @defaultValue `process.stderr` */
  stream?: { readonly write: (text: string) => unknown };
  /** Ends the process, with 128 and the signal's number as shells report it. @defaultValue `process.exit` */
  exit?: (code: number) => void;
}

/**
 * On Ctrl-C or a termination: finishes the step, writes a checkpoint, says how to go on, and ends the
 * process. A second signal ends it at once.
 *
 * Put it last among the callbacks: it ends the process when it is its turn in `onTrainEnd`.
 *
 * @example
 * ```ts
 * const saving = checkpoint({ store: fileStore("runs/first"), model, optimizer });
 * new Trainer({ model, loss, optimizer, callbacks: [saving, stopOnSignal({ checkpoint: saving })] });
 * ```
 */
export function stopOnSignal({
  checkpoint,
  signals = ["SIGINT", "SIGTERM"],
  stream = process.stderr,
  exit = process.exit,
}: StopOnSignalOptions): Callback {
  let received: NodeJS.Signals | null = null;
  let saved: string | null = null;

  const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== null) {
      exit(codeOf(signal));
      return;
    }
    received = signal;
    stream.write(
      `${signal}: finishing the step, then writing a checkpoint; again to end without\n`,
    );
  };

  return {
    name: "stopOnSignal",

    onTrainStart() {
      received = null;
      saved = null;
      for (const signal of signals) process.on(signal, onSignal);
    },

    async onCheckpoint(context) {
      if (received === null || saved !== null) return;
      saved = await checkpoint.save(context);
      const place = context.batch === null ? "" : `, batch ${context.batch}`;
      stream.write(
        `stopped after step ${context.step} (epoch ${context.epoch}${place}); saved ${saved} in ${checkpoint.store.where}; ` +
          "to go on, run the program again with resumeFrom\n",
      );
      context.stop(received);
    },

    onTrainEnd() {
      for (const signal of signals) process.off(signal, onSignal);
      if (received !== null) exit(codeOf(received));
    },
  };
}
