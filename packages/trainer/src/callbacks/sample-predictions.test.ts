import {
  activateBackend,
  describeCallback,
  describeOnBackends,
  expectTensors,
} from "@kindling/testing";
import { type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type SamplePredictions, samplePredictions, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describe("samplePredictions, the contract,", () => {
  let model: LinearModel;
  let inputs: Tensor2D;
  beforeAll(() => {
    model = new LinearModel();
    inputs = tensor2d([[1, 2]]);
  });
  afterAll(() => {
    model.dispose();
    inputs.dispose();
  });
  describeCallback("samplePredictions", {
    make: () => samplePredictions(model, { inputs, sink() {} }),
  });
});

describeOnBackends("samplePredictions", () => {
  const train = async (
    options: { every?: number; withTargets?: boolean },
    sink: (seen: SamplePredictions) => void | Promise<void>,
  ) => {
    const model = new LinearModel();
    const inputs = tensor2d([
      [1, 0],
      [1, 1],
    ]);
    const targets = tensor2d([[3], [5]]);
    const { withTargets = true, ...rest } = options;
    const given = withTargets ? { inputs, targets, ...rest } : { inputs, ...rest };
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight, 0.3),
      callbacks: [samplePredictions(model, { ...given, sink })],
    });
    try {
      await expectTensors(() => trainer.fit(new Rows(2), { epochs: 40 }).catch(String));
      return model.modes;
    } finally {
      model.dispose();
      inputs.dispose();
      targets.dispose();
    }
  };

  test("hands inputs, outputs and targets of every n-th epoch to the sink", async () => {
    const seen: SamplePredictions[] = [];
    await train({ every: 20 }, async (predictions) => {
      await Promise.resolve();
      seen.push(predictions);
    });
    expect(seen.map(({ epoch }) => epoch)).toEqual([20, 40]);
    const last = seen[1];
    expect(last?.inputs).toEqual({ shape: [2, 2], data: new Float32Array([1, 0, 1, 1]) });
    expect(last?.targets).toEqual({ shape: [2, 1], data: new Float32Array([3, 5]) });
    expect(last?.outputs.shape).toEqual([2, 1]);
    expect(last?.outputs.data[0]).toBeCloseTo(3, 1);
    expect(last?.outputs.data[1]).toBeCloseTo(5, 1);
    expect(last?.outputs.data).not.toEqual(seen[0]?.outputs.data);
  });

  test("looks at each epoch, in evaluation mode, with targets or without", async () => {
    const seen: SamplePredictions[] = [];
    const modes = await train({ withTargets: false }, (predictions) => void seen.push(predictions));
    expect(seen.map(({ targets }) => targets)).toEqual(new Array(40).fill(null));
    expect(modes.slice(0, 3)).toEqual(["train", "eval", "train"]);
  });

  test("leaves no tensor when the sink fails", async () => {
    await train({}, () => {
      throw new Error("full");
    });
  });

  test("rejects what is no number of epochs", async () => {
    await expect(train({ every: 0 }, () => {})).rejects.toThrow(
      "samplePredictions: expected every",
    );
  });
});
