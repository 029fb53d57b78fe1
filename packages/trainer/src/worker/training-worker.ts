import { ArgumentError, KindlingError } from "@kindling/core";
import type { EpochRecord } from "../history.ts";
import { type Endpoint, listen, send } from "./endpoint.ts";
import type { FromWorker, SentError, ToWorker, TrainingProgress } from "./messages.ts";

/**
 * A run in a worker failed; `cause` has the name, message and stack of what it threw there.
 *
 * @example
 * ```ts
 * const { port1, port2 } = new MessageChannel();
 * const end = serveTraining(port1, async () => {
 *   throw new Error("no such data set");
 * });
 * const training = new TrainingWorker(port2);
 * await training.start({}); // => WorkerRunError: TrainingWorker: the run failed in the worker: Error: no such data set
 * training.dispose();
 * end();
 * ```
 */
export class WorkerRunError extends KindlingError {
  static override readonly kind: string = "WorkerRunError";
}

/** What is to be told of a run in a {@link TrainingWorker}. */
export interface TrainingWorkerOptions {
  /** Called several times a second. @defaultValue none */
  onProgress?: (progress: TrainingProgress) => void;
  /** Called with each epoch's record. @defaultValue none */
  onEpoch?: (record: EpochRecord<string>) => void;
}

/** `pausing` is until the step under way is done; `broken` is for good. */
export type TrainingWorkerState = "idle" | "running" | "pausing" | "paused" | "broken";

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A training in another thread, which has `serveTraining`: started, paused, resumed and stopped from here.
 *
 * @typeParam Options - what `start` sends; what a message can hold.
 * @typeParam Result - what the training there returns.
 *
 * @example
 * ```ts no-run
 * const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
 * const onProgress = ({ step, loss }: TrainingProgress) => draw(step, loss);
 * const training = new TrainingWorker<{ lr: number }, History>(worker, { onProgress });
 * const history = await training.start({ lr: 0.1 });
 * training.dispose();
 * worker.terminate();
 * ```
 */
export class TrainingWorker<Options, Result> {
  readonly #endpoint: Endpoint;
  readonly #stopListening: () => void;
  #state: TrainingWorkerState = "idle";
  #run: Waiting<Result> | null = null;
  #breakdown: string | null = null;
  /** How many pauses were asked for. */
  #pauses = 0;
  /** Those who wait for one. */
  #pausing: (() => void)[] = [];

  /** @param endpoint - a browser's or Node's `Worker`; it stays the caller's, who ends it. */
  constructor(endpoint: Endpoint, { onProgress, onEpoch }: TrainingWorkerOptions = {}) {
    this.#endpoint = endpoint;
    this.#stopListening = listen<FromWorker<Result>>(endpoint, {
      onMessage: (message) => {
        if (message.type === "progress") onProgress?.(message.progress);
        else if (message.type === "epoch") onEpoch?.(message.record);
        else this.#receive(message);
      },
      onBreakdown: (reason) => this.#break(reason),
    });
  }

  /** Where the worker is, as far as this side knows. */
  get state(): TrainingWorkerState {
    return this.#state;
  }

  /**
   * Starts a run; resolves with what it returns, also when it was stopped.
   *
   * @throws {WorkerRunError} (rejects) when it fails, or the worker breaks down.
   * @throws {ArgumentError} (rejects) while another run goes on.
   */
  async start(options: Options): Promise<Result> {
    if (this.#breakdown !== null) throw broken(this.#breakdown);
    if (this.#run !== null) {
      throw new ArgumentError(
        `TrainingWorker.start: expected no other run, got a ${this.#state} one; stop it and await it first`,
      );
    }
    const result = new Promise<Result>((resolve, reject) => {
      this.#run = { resolve, reject };
    });
    this.#state = "running";
    try {
      this.#send({ type: "start", options });
    } catch (cause) {
      this.#end();
      throw new ArgumentError(
        `TrainingWorker.start: expected options that a message can hold, got others: ${String(cause)}`,
        { cause },
      );
    }
    return result;
  }

  /** Resolves when the run stands still, after the step under way at the latest, or has ended. */
  async pause(): Promise<void> {
    if (this.#state !== "running" && this.#state !== "pausing") return;
    const first = this.#state === "running";
    const held = new Promise<void>((resolve) => {
      this.#pausing.push(resolve);
    });
    this.#state = "pausing";
    if (first) this.#send({ type: "pause", pause: ++this.#pauses });
    return held;
  }

  /** Lets a paused run go on. */
  resume(): void {
    if (this.#state !== "pausing" && this.#state !== "paused") return;
    this.#state = "running";
    this.#released();
    this.#send({ type: "resume" });
  }

  /** Ends the run after the step under way; what `start` gave resolves then. */
  stop(): void {
    if (this.#run !== null) this.#send({ type: "stop" });
  }

  /** Listens no more; a run that goes on is given up, and its promise rejects. */
  dispose(): void {
    this.#stopListening();
    this.#break("it was disposed");
  }

  #send(message: ToWorker<Options>): void {
    send(this.#endpoint, message);
  }

  #receive(message: Exclude<FromWorker<Result>, { type: "progress" | "epoch" }>): void {
    const run = this.#run;
    if (message.type === "paused") {
      // It may have been resumed, and paused again, while this was on its way.
      if (this.#state !== "pausing" || message.pause !== this.#pauses) return;
      this.#state = "paused";
      this.#released();
    } else if (message.type === "done") {
      this.#end();
      run?.resolve(message.result);
    } else if (message.type === "failed") {
      this.#end();
      run?.reject(failure(message.error));
    }
  }

  #break(reason: string): void {
    const run = this.#run;
    this.#end();
    this.#breakdown ??= reason;
    this.#state = "broken";
    run?.reject(broken(reason));
  }

  #end(): void {
    this.#run = null;
    this.#state = "idle";
    this.#released();
  }

  #released(): void {
    for (const resolve of this.#pausing.splice(0)) resolve();
  }
}

function failure(error: SentError): WorkerRunError {
  const cause = Object.assign(new Error(error.message), { name: error.name });
  if (error.stack !== null) cause.stack = error.stack;
  return new WorkerRunError(
    `TrainingWorker: the run failed in the worker: ${error.name}: ${error.message}`,
    { cause },
  );
}

function broken(reason: string): WorkerRunError {
  return new WorkerRunError(
    `TrainingWorker: expected a working worker, got one that is not: ${reason}; make a new one`,
  );
}
