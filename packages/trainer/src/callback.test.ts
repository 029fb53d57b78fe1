import { ArgumentError } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Pair } from "./fakes.ts";
import { Descent, LinearModel, Rows, SquaredError } from "./fakes.ts";
import { type BatchEndContext, type Callback, type FitOptions, Trainer } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

describe("callbacks", () => {
  let model: LinearModel;
  let log: string[];
  beforeEach(() => {
    model = new LinearModel();
    log = [];
  });
  afterEach(() => model.dispose());

  const fit = (
    callbacks: Callback[],
    options: Partial<FitOptions<Pair>> = {},
    rows = new Rows(1, 1),
  ) =>
    new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks,
    }).fit(rows, { epochs: 1, ...options });

  /** Logs each hook with where it is, and does `action` in one of them. */
  const recorder = (
    at = "",
    action: (context: { stop(reason: string): void }) => void = () => {},
  ): Callback => {
    const hook =
      (name: string, where: (context: never) => string = () => "") =>
      (context: { stop(reason: string): void }) => {
        const line = `${name}${where(context as never)}`;
        log.push(line);
        if (line === at) action(context);
      };
    const batch = ({ epoch, batch, step }: BatchEndContext) => ` ${epoch}.${batch} (${step})`;
    const epoch = ({ epoch }: { epoch: number }) => ` ${epoch}`;
    return {
      name: "recorder",
      onTrainStart: hook("trainStart"),
      onEpochStart: hook("epochStart", epoch),
      onBatchStart: hook("batchStart", batch),
      onBatchEnd: hook("batchEnd", batch),
      onValidationEnd: hook("validationEnd", epoch),
      onEpochEnd: hook("epochEnd", epoch),
      onTrainEnd: hook(
        "trainEnd",
        ({ stopReason }: { stopReason: string | null }) => ` ${stopReason}`,
      ),
      onError: hook("error", ({ error }: { error: Error }) => ` ${error.message}`),
    };
  };

  const firstEpoch = [
    "epochStart 1",
    "batchStart 1.1 (1)",
    "batchEnd 1.1 (1)",
    "batchStart 1.2 (2)",
    "batchEnd 1.2 (2)",
    "validationEnd 1",
    "epochEnd 1",
  ];

  test("fire in their order, counted from 1", async () => {
    await fit([recorder()], { epochs: 2, validation: new Rows(1) });
    expect(log).toEqual([
      "trainStart",
      ...firstEpoch,
      "epochStart 2",
      "batchStart 2.1 (3)",
      "batchEnd 2.1 (3)",
      "batchStart 2.2 (4)",
      "batchEnd 2.2 (4)",
      "validationEnd 2",
      "epochEnd 2",
      "trainEnd null",
    ]);
  });

  test("leave onValidationEnd out without validation", async () => {
    await fit([recorder()]);
    expect(log).not.toContain("validationEnd 1");
  });

  test("run in the order given, each hook's promise awaited", async () => {
    const slow: Callback = {
      name: "slow",
      async onEpochStart() {
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push("slow");
      },
    };
    await fit([slow, recorder()]);
    expect(log.slice(0, 3)).toEqual(["trainStart", "slow", "epochStart 1"]);
  });

  const stops: [at: string, last: string, epochs: number][] = [
    ["trainStart", "trainStart", 0],
    ["epochStart 1", "epochStart 1", 0],
    ["batchStart 1.1 (1)", "batchEnd 1.1 (1)", 0],
    ["batchEnd 1.1 (1)", "batchEnd 1.1 (1)", 0],
    ["batchEnd 1.2 (2)", "batchEnd 1.2 (2)", 0],
    ["validationEnd 1", "epochEnd 1", 1],
    ["epochEnd 1", "epochEnd 1", 1],
  ];
  test.each(stops)("stopping in %s goes up to %s", async (at, last, epochs) => {
    const rows = new Rows(1, 1);
    const history = await expectTensors(() =>
      fit(
        [recorder(at, ({ stop }) => stop("enough"))],
        { epochs: 3, validation: new Rows(1) },
        rows,
      ),
    );
    expect(history).toHaveLength(epochs);
    const all = ["trainStart", ...firstEpoch];
    expect(log).toEqual([...all.slice(0, all.indexOf(last) + 1), "trainEnd enough"]);
    expect(rows.closed).toBe(rows.opened);
  });

  test("can stop a run without end, and the first reason counts", async () => {
    const history = await fit(
      [
        recorder("epochEnd 4", ({ stop }) => {
          stop("first");
          stop("second");
        }),
      ],
      { epochs: Number.POSITIVE_INFINITY },
    );
    expect(history).toHaveLength(4);
    expect(log.at(-1)).toBe("trainEnd first");
  });

  test("all hear of an error and are ended, then it is thrown, whatever they throw", async () => {
    const failing: Callback = {
      name: "failing",
      onBatchEnd() {
        throw new ArgumentError("failing: expected luck, got none");
      },
      onError() {
        throw new Error("in onError");
      },
      onTrainEnd() {
        throw new Error("in onTrainEnd");
      },
    };
    // An error that names its callback comes as it is.
    await expect(fit([failing, recorder()])).rejects.toThrow(
      new ArgumentError("failing: expected luck, got none"),
    );
    expect(log.slice(-3)).toEqual([
      "batchStart 1.1 (1)",
      "error failing: expected luck, got none",
      "trainEnd null",
    ]);
  });

  test("are ended if and only if they were started", async () => {
    const failing: Callback = {
      name: "failing",
      onTrainStart() {
        throw new Error("no");
      },
      onTrainEnd: () => void log.push("failing ended"),
    };
    const message = 'Trainer: callback "failing" failed in onTrainStart: no';
    await expect(fit([recorder(), failing, recorder()])).rejects.toThrow(message);
    expect(log).toEqual(["trainStart", `error ${message}`, "trainEnd null", "failing ended"]);
  });

  test("an error in onTrainEnd surfaces after all were ended", async () => {
    const failing: Callback = {
      name: "failing",
      onTrainEnd() {
        throw new Error("disk full");
      },
    };
    await expect(fit([failing, recorder()])).rejects.toThrow(
      '"failing" failed in onTrainEnd: disk full',
    );
    expect(log.at(-1)).toBe("trainEnd null");
  });

  test("keep their `this`, so that a class can be one", async () => {
    class Counter implements Callback {
      readonly name = "counter";
      count = 0;
      onBatchEnd(): void {
        this.count++;
      }
    }
    const counter = new Counter();
    await fit([counter]);
    expect(counter.count).toBe(2);
  });

  test("read the step's loss once between them, during the hook only", async () => {
    const losses: Promise<number>[] = [];
    let late: (() => Promise<number>) | undefined;
    await expectTensors(() =>
      fit([
        {
          name: "reads",
          async onBatchEnd({ loss, batch }) {
            if (batch === 1) losses.push(loss(), loss());
            else late = loss;
          },
        },
      ]),
    );
    // y = 3 for row 0, and the weight starts at 0.
    expect(await Promise.all(losses)).toEqual([9, 9]);
    await expect(late?.()).rejects.toThrow("before the hook returns");
  });

  test("are told which way each metric is better", async () => {
    const seen: unknown[] = [];
    await fit([
      { name: "spy", onTrainStart: ({ higherIsBetter }) => void seen.push(higherIsBetter) },
    ]);
    expect(seen).toEqual([{ trainLoss: false, valLoss: false }]);
  });
});
