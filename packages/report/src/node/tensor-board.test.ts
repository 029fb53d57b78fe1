/// <reference types="node" />
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Linear, MSELoss } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { activateBackend, describeCallback, expectTensors } from "@kindling/testing";
import { type Callback, type RunState, Trainer } from "@kindling/trainer";
import { ones, type Tensor } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TensorBoardOptions, tensorBoard } from "./index.ts";
import { readEvents } from "./read-events.ts";

const root = mkdtempSync(join(tmpdir(), "kindling-board-"));
beforeAll(() => activateBackend("cpu"));
afterAll(() => rmSync(root, { recursive: true }));

describeCallback("tensorBoard", {
  make: () => tensorBoard({ folder: join(root, "contract"), everySteps: 3 }),
});

interface FitOptions {
  readonly withModel?: boolean;
  readonly callbacks?: readonly Callback[];
  readonly resume?: RunState | null;
}

describe("tensorBoard", () => {
  /** Trains two epochs of two steps. */
  async function fit(
    options: TensorBoardOptions,
    { withModel = false, callbacks = [], resume = null }: FitOptions = {},
  ): Promise<void> {
    const model = new Linear(2, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const loader = {
      length: 2,
      async *[Symbol.asyncIterator](): AsyncGenerator<readonly [Tensor, Tensor]> {
        for (let i = 0; i < 2; i++) {
          const pair = [ones([3, 2]), ones([3, 1])] as const;
          yield pair;
          for (const tensor of pair) tensor.dispose();
        }
      },
    };
    const board = tensorBoard({ ...options, ...(withModel ? { model } : {}) });
    const trainer = new Trainer({
      model,
      loss: new MSELoss(),
      optimizer,
      callbacks: [board, ...callbacks],
    });
    try {
      await trainer.fit(loader, { epochs: 2, validation: loader, resume });
    } finally {
      optimizer.dispose();
      model.dispose();
    }
  }

  test("writes the metrics by epoch, grouped by name, and no more unless asked", async () => {
    const folder = join(root, "metrics");
    await fit({ folder });
    const seen = readEvents(folder).map(({ tag, step }) => `${tag} ${step}`);
    expect(seen).toEqual(
      [1, 2].flatMap((epoch) => [`loss/train ${epoch}`, `loss/val ${epoch}`, `seconds ${epoch}`]),
    );
  });

  test("writes every n-th step's loss, scalars of one's own and histograms of the weights", async () => {
    const folder = join(root, "more");
    await expectTensors(() =>
      fit({ folder, everySteps: 3, scalars: () => ({ lr: 0.5 }) }, { withModel: true }),
    );
    const tags = readEvents(folder).map(({ tag, step }) => `${tag} ${step}`);
    expect(tags.filter((tag) => tag.startsWith("loss/step"))).toEqual([]);
    const steps = readEvents(join(folder, "steps"));
    expect(steps.map(({ tag, step }) => `${tag} ${step}`)).toEqual(["loss/step 3"]);
    expect(tags).toContain("lr 2");
    expect(tags).toContain("weights/weight 1");
    expect(tags).toContain("weights/bias 2");
  });

  test("hides, in a resumed run, the epochs and steps that are done again, and no others", async () => {
    const folder = join(root, "resumed");
    const states: RunState[] = [];
    const saving: Callback = {
      name: "saving",
      onCheckpoint: async ({ state }) => void states.push(await state()),
    };
    await fit({ folder, everySteps: 1 }, { callbacks: [saving] });
    // Of two epochs of two steps: after the first step of the second epoch, and at the first one's end.
    const [, , end, within] = states;
    for (const resume of [within, end] as RunState[]) {
      const length = readEvents(folder).length;
      const lengthOfSteps = readEvents(join(folder, "steps")).length;
      await fit({ folder, everySteps: 1 }, { resume });
      const [first, ...rest] = readEvents(folder).slice(length);
      expect(first).toMatchObject({ purges: true, step: 2 });
      expect(rest.map(({ tag, step }) => `${tag} ${step}`)).toEqual([
        ...["loss/train 2", "loss/val 2", "seconds 2"],
      ]);
      const steps = readEvents(join(folder, "steps")).slice(lengthOfSteps);
      expect(steps[0]).toMatchObject({ purges: true, step: resume.step + 1 });
      expect(steps.slice(1).map(({ step }) => step)).toEqual(resume === end ? [3, 4] : [4]);
    }
    expect(readEvents(folder).filter(({ purges }) => purges)).toHaveLength(2);
  });

  test("lets weights that are all NaN be, and goes on", async () => {
    const folder = join(root, "nan");
    const model = { stateDict: async () => ({ w: { data: [Number.NaN] }, b: { data: [1] } }) };
    await fit({ folder, model });
    const tags = readEvents(folder).map(({ tag }) => tag);
    expect(tags.filter((tag) => tag.startsWith("weights/"))).toEqual(["weights/b", "weights/b"]);
  });

  test("opens the session of hyperparameters at the start and closes it at the end", async () => {
    const folder = join(root, "hparams");
    await fit({ folder, hyperparameters: { lr: 0.1 } });
    const tags = readEvents(folder).map(({ tag }) => tag);
    expect(tags.slice(0, 2)).toEqual(["_hparams_/experiment", "_hparams_/session_start_info"]);
    expect(tags.at(-1)).toBe("_hparams_/session_end_info");
  });

  test("rejects steps that are no count", () => {
    expect(() => tensorBoard({ folder: root, everySteps: 0 })).toThrow(
      "tensorBoard: expected everySteps to be an integer from 1, got 0",
    );
  });
});
