/// <reference types="node" />
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel, Worker } from "node:worker_threads";
import { ArgumentError } from "@kindling/core";
import { activateBackend, describeCallback } from "@kindling/testing";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import {
  type Callback,
  serveTraining,
  Trainer,
  TrainingWorker,
  type TrainingWorkerOptions,
  type WebEndpoint,
  WorkerRunError,
} from "../index.ts";
import type { Outcome, Settings } from "./served-program.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("serveTraining", {
  make: () => {
    let made: Callback | null = null;
    const { port1, port2 } = new MessageChannel();
    const end = serveTraining(port1, async ({ callback }) => {
      made = callback;
    });
    // The run is begun by a message, here as if it had come.
    port1.emit("message", { channel: "kindling/training", message: { type: "start" } });
    end();
    port1.close();
    port2.close();
    return made as unknown as Callback;
  },
});

describe("a training in a thread of its own", () => {
  const workers: Worker[] = [];
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.terminate();
  });

  const open = (options: TrainingWorkerOptions = {}) => {
    // Node hands no loaders on to its workers: TypeScript's is registered inside.
    const program = JSON.stringify(new URL("./served-program.ts", import.meta.url).href);
    const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${program}); });`;
    const execArgv = ["--conditions=@kindling/source"];
    const worker = new Worker(code, { eval: true, execArgv, stderr: true });
    workers.push(worker);
    return { worker, training: new TrainingWorker<Settings, Outcome>(worker, options) };
  };

  test("gives what the training returns, reports on the way, and can be started again", async () => {
    const steps: number[] = [];
    const epochs: number[] = [];
    const { training } = open({
      onProgress: ({ step, loss }) => void (Number.isFinite(loss) && steps.push(step)),
      onEpoch: ({ epoch, valLoss }) => void (valLoss !== undefined && epochs.push(epoch)),
    });
    for (let run = 0; run < 2; run++) {
      const { records } = await training.start({ epochs: 2, batches: 3 });
      expect(records).toHaveLength(2);
      expect(steps.splice(0)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(epochs.splice(0)).toEqual([1, 2]);
      expect(training.state).toBe("idle");
    }
  });

  test("stands still when a pause is told, goes on, and stops", async () => {
    let last = 0;
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { training } = open({
      onProgress: ({ step }) => {
        last = step;
        if (step === 5) begun();
      },
    });
    const result = training.start({ epochs: Number.POSITIVE_INFINITY, batches: 1000 });
    await running;
    for (let i = 0; i < 5; i++) {
      const pausing = training.pause();
      expect(training.state).toBe("pausing");
      await Promise.all([pausing, training.pause()]);
      expect(training.state).toBe("paused");
      const held = last;
      await sleep(30);
      expect(last).toBe(held);
      training.resume();
      // At once again: the answer to the pause before is not taken for this one's.
      await training.pause();
      expect(training.state).toBe("paused");
      const heldAgain = last;
      await sleep(30);
      expect(last).toBe(heldAgain);
      training.resume();
      while (last <= heldAgain) await sleep(2);
    }
    await training.pause();
    training.stop();
    expect((await result).steps).toBe(last);
    expect(training.state).toBe("idle");
    // With nothing to act on they do nothing.
    await training.pause();
    training.resume();
    training.stop();
  });

  test("tells what the run threw there, and works on", async () => {
    const { training } = open();
    const error = await training
      .start({ epochs: 1, batches: 5, fault: "throw" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkerRunError);
    expect(error).toMatchObject({
      message:
        'TrainingWorker: the run failed in the worker: CallbackError: Trainer: callback "count" failed in onBatchEnd: a fault',
      cause: { name: "CallbackError", stack: expect.stringContaining("run.ts") },
    });
    expect((await training.start({ epochs: 1, batches: 2 })).steps).toBe(2);
  });

  test("says so when the worker ends, and takes no further run", async () => {
    const { training } = open();
    const broken =
      "TrainingWorker: expected a working worker, got one that is not: it ended with code 7; make a new one";
    const settings: Settings = { epochs: 1, batches: 5, fault: "exit" };
    await expect(training.start(settings)).rejects.toThrow(broken);
    expect(training.state).toBe("broken");
    await expect(training.start(settings)).rejects.toThrow(broken);
  });

  test("refuses a second run beside the first, and options that cannot be sent", async () => {
    const { training } = open();
    const options = { epochs: 1, batches: 1, fault: (() => {}) as never };
    await expect(training.start(options)).rejects.toThrow(
      "TrainingWorker.start: expected options that a message can hold, got others: DataCloneError",
    );
    const first = training.start({ epochs: 1, batches: 1 });
    await expect(training.start({ epochs: 1, batches: 1 })).rejects.toThrow(ArgumentError);
    await first;
  });
});

describe("a training on the other side of a web channel", () => {
  /** Two ends as browsers have them, which hand messages over in a later task, as copies. */
  function ends(): [WebEndpoint & EventTarget, WebEndpoint & EventTarget] {
    const make = (): EventTarget & { other?: EventTarget } => new EventTarget();
    const [a, b] = [make(), make()];
    const connect = (target: EventTarget, other: EventTarget) =>
      Object.assign(target, {
        postMessage(message: unknown) {
          const data = structuredClone(message);
          setTimeout(() => other.dispatchEvent(Object.assign(new Event("message"), { data })), 0);
        },
      }) as unknown as WebEndpoint & EventTarget;
    return [connect(a, b), connect(b, a)];
  }

  const train = async (callback: Callback): Promise<number> => {
    const model = new LinearModel();
    try {
      const history = await new Trainer({
        model,
        loss: new SquaredError(),
        optimizer: new Descent(model.weight),
        callbacks: [callback],
      }).fit(new Rows(2, 2), { epochs: Number.POSITIVE_INFINITY });
      return history.length;
    } finally {
      model.dispose();
    }
  };

  test("works the same, beside other messages", async () => {
    const [host, scope] = ends();
    const end = serveTraining<null, number>(scope, ({ callback }) => train(callback));
    const training = new TrainingWorker<null, number>(host);
    const result = training.start(null);
    scope.postMessage("of others");
    await training.pause();
    expect(training.state).toBe("paused");
    training.stop();
    expect(await result).toBeGreaterThanOrEqual(0);
    end();
  });

  test("is broken by an error that nothing caught, and given up by dispose", async () => {
    const [host, scope] = ends();
    const end = serveTraining<null, null>(scope, () => new Promise(() => {}));
    const first = new TrainingWorker<null, null>(host);
    const result = first.start(null);
    host.dispatchEvent(Object.assign(new Event("error"), { message: "boom" }));
    await expect(result).rejects.toThrow("got one that is not: boom");
    const second = new TrainingWorker<null, null>(host);
    const given = second.start(null);
    second.dispose();
    await expect(given).rejects.toThrow("got one that is not: it was disposed");
    end();
  });

  test("is stopped before its first step when the stop comes while it prepares", async () => {
    const [host, scope] = ends();
    const steps: number[] = [];
    const end = serveTraining<null, number>(scope, async ({ callback }) => {
      await sleep(30);
      return train({ ...callback, onBatchStart: ({ step }) => void steps.push(step) });
    });
    const training = new TrainingWorker<null, number>(host);
    const result = training.start(null);
    training.stop();
    expect(await result).toBe(0);
    expect(steps).toEqual([]);
    end();
  });
});
