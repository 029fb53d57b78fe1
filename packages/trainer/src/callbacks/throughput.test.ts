import { activateBackend, describeCallback, expectTensors } from "@kindling/testing";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Descent, LinearModel, type Pair, Rows, SquaredError } from "../fakes.ts";
import { type Batches, type Callback, Trainer, throughput } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

// The contract calls hooks; the loop's part, to take the batch from the loader, is done here.
describeCallback("throughput", {
  make: () => {
    const speed = throughput(new Rows(1));
    return {
      ...speed,
      async onBatchStart() {
        for await (const _ of speed.loader) break;
      },
    };
  },
});

describe("throughput", () => {
  afterEach(() => void vi.useRealTimers());

  /** Batches that take 30 ms each, for steps that take 10 ms. */
  const train = async (validate = false) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const slow: Batches<Pair> = {
      length: 3,
      async *[Symbol.asyncIterator]() {
        for await (const batch of new Rows(4, 4, 2)) {
          vi.advanceTimersByTime(30);
          yield batch;
        }
        vi.advanceTimersByTime(500);
      },
    };
    const seen: unknown[] = [];
    const speed = throughput(slow, { sink: (record) => seen.push(record) });
    const work: Callback = { name: "work", onBatchStart: () => void vi.advanceTimersByTime(10) };
    const model = new LinearModel();
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [work, speed],
    });
    const validation = validate ? { validation: speed.loader } : {};
    await expectTensors(() => trainer.fit(speed.loader, { epochs: 2, ...validation }));
    model.dispose();
    return { records: speed.records, seen };
  };

  test("counts steps, samples and the share of waiting, by epoch", async () => {
    const { records, seen } = await train();
    expect(records).toHaveLength(2);
    expect(records[1]).toMatchObject({ epoch: 2, steps: 3, samples: 10 });
    expect(records[1]?.seconds).toBeCloseTo(0.12);
    expect(records[1]?.stepsPerSecond).toBeCloseTo(25);
    expect(records[1]?.samplesPerSecond).toBeCloseTo(10 / 0.12);
    expect(records[1]?.waitingShare).toBeCloseTo(0.75);
    expect(seen).toEqual(records);
  });

  test("counts training only, also where validation has the same loader", async () => {
    expect((await train(true)).records).toEqual((await train()).records);
  });

  test("says so when fit has another loader", async () => {
    const model = new LinearModel();
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [throughput(new Rows(1))],
    });
    await expect(trainer.fit(new Rows(1), { epochs: 1 })).rejects.toThrow(
      "throughput: expected fit to train on this callback's loader, got another one; pass it .loader",
    );
    model.dispose();
  });
});
