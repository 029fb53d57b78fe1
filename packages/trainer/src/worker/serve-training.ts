import type { Callback, RunContext } from "../callback.ts";
import type { EpochRecord } from "../history.ts";
import type { Batches } from "../interfaces.ts";
import { type Endpoint, listen, send } from "./endpoint.ts";
import { Gate } from "./gate.ts";
import { type FromWorker, sentError, type ToWorker } from "./messages.ts";

/** What {@link serveTraining} gives each training. */
export interface ServedRun<Options> {
  /** What the other side passed to `start`. */
  readonly options: Options;
  /** To be given to the trainer, last: reports progress, and pauses and stops the run when it is told to. */
  readonly callback: Callback;
  /** A loader that also stands still during a pause: for validation, where there are no steps. */
  readonly pausable: <Batch>(loader: Batches<Batch>) => Batches<Batch>;
}

/** How often {@link serveTraining} reports. */
export interface ServeTrainingOptions {
  /** Least time between two reports of progress; the loss is read from the device for each. @defaultValue 100 */
  reportMs?: number;
}

/**
 * Runs trainings that the other side starts with a `TrainingWorker`, one at a time.
 *
 * A pause and a stop act before the next step begins; a stop during validation, after it. `train` builds
 * everything inside the worker, since models and tensors do not cross; what it returns must be of what a
 * message can hold.
 *
 * @param endpoint - `self` in a browser's worker, `parentPort` in Node's.
 * @returns what ends it.
 *
 * @example
 * ```ts no-run
 * serveTraining<{ lr: number }, History>(self, async ({ options, callback }) => {
 *   const optimizer = new SGD(model.parameters(), options);
 *   return new Trainer({ model, loss, optimizer, callbacks: [callback] }).fit(loader, { epochs: 5 });
 * });
 * ```
 */
export function serveTraining<Options, Result>(
  endpoint: Endpoint,
  train: (run: ServedRun<Options>) => Promise<Result>,
  { reportMs = 100 }: ServeTrainingOptions = {},
): () => void {
  const post = (message: FromWorker<Result>): void => send(endpoint, message);
  let control: { readonly gate: Gate; readonly stop: () => void } | null = null;

  const start = async (options: Options): Promise<void> => {
    const gate = new Gate((pause) => post({ type: "paused", pause }));
    const { callback, stop } = reporting(gate, reportMs, post);
    control = { gate, stop };
    try {
      const result = await train({
        options,
        callback,
        pausable: (loader) => pausable(loader, gate),
      });
      post({ type: "done", result });
    } catch (error) {
      post({ type: "failed", error: sentError(error) });
    } finally {
      control = null;
    }
  };

  return listen<ToWorker<Options>>(endpoint, {
    onMessage(message) {
      if (message.type === "start") void start(message.options);
      else if (message.type === "pause") control?.gate.close(message.pause);
      else {
        if (message.type === "stop") control?.stop();
        control?.gate.open();
      }
    },
  });
}

/** The callback of a run, and what stops the run, also before it has begun. */
function reporting<Result>(
  gate: Gate,
  reportMs: number,
  post: (message: FromWorker<Result>) => void,
): { readonly callback: Callback; readonly stop: () => void } {
  const reason = "stopped from outside the worker";
  let run: RunContext | null = null;
  let stopped = false;
  let lastReport = 0;

  const callback: Callback = {
    name: "serveTraining",

    onTrainStart(context) {
      run = context;
      lastReport = Number.NEGATIVE_INFINITY;
      if (stopped) run.stop(reason);
    },

    async onBatchEnd({ epoch, epochs, batch, batches, step, loss }) {
      const now = performance.now();
      if (now - lastReport >= reportMs || batch === batches) {
        lastReport = now;
        const progress = { epoch, epochs, batch, batches, step, loss: await loss() };
        post({ type: "progress", progress });
      }
    },

    onEpochEnd({ epoch, metrics, seconds }) {
      post({ type: "epoch", record: { epoch, ...metrics, seconds } as EpochRecord<string> });
    },

    // After the step and all that the other callbacks do in it, so that nothing of it is left to do.
    async onCheckpoint() {
      await gate.pass();
    },

    onTrainEnd() {
      run = null;
    },
  };
  const stop = (): void => {
    stopped = true;
    run?.stop(reason);
  };
  return { callback, stop };
}

function pausable<Batch>(loader: Batches<Batch>, gate: Gate): Batches<Batch> {
  return {
    get length() {
      return loader.length;
    },
    async *[Symbol.asyncIterator]() {
      for await (const batch of loader) {
        await gate.pass();
        yield batch;
      }
    },
  };
}
