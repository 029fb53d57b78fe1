import { manualSeed } from "@kindling/core";
import { activateBackend } from "@kindling/testing";
import { zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { Cnn } from "../../src/model.ts";
import { type Architecture, countParameters, problemsOf, REFERENCE } from "./architecture.ts";
import { EditableCnn } from "./worker/editable-model.ts";

beforeAll(() => activateBackend("cpu"));

const LARGE: Architecture = { channels: [3, 5, 4], kernelSize: 5, dropout: 0.5, denseUnits: 7 };

test.each([REFERENCE, LARGE])("the count of parameters is the model's: %j", (architecture) => {
  const model = new EditableCnn(architecture);
  const size = model.parameters().reduce((total, parameter) => total + parameter.size, 0);
  expect(countParameters(architecture)).toBe(size);
  expect(model.forward(zeros([2, 28, 28, 1])).shape).toEqual([2, 10]);
  model.dispose();
});

test("the reference architecture is the reference model, weight for weight", async () => {
  manualSeed(0);
  const model = new Cnn();
  manualSeed(0);
  const edited = new EditableCnn(REFERENCE);
  expect(countParameters(REFERENCE)).toBe(21_578);
  expect(await edited.stateDict()).toEqual(await model.stateDict());
  for (const each of [model, edited]) each.dispose();
});

describe("problems", () => {
  test("none with the reference", () => expect(problemsOf(REFERENCE)).toEqual([]));

  test.each<[Partial<Architecture>, string, RegExp]>([
    [{ channels: [8, 0, 32] }, "channels2", /Convolution 2 needs 1 to 256 channels, got 0/],
    [{ channels: [8.5, 16, 32] }, "channels1", /got 8.5/],
    [{ kernelSize: 4 }, "kernelSize", /take 3 or 5/],
    [{ kernelSize: 15 }, "kernelSize", /1 to 13 pixels, got 15/],
    [{ dropout: 1 }, "dropout", /below 1, got 1/],
    [{ denseUnits: Number.NaN }, "denseUnits", /got nothing/],
  ])("%j is explained at its input", (change, field, message) => {
    expect(problemsOf({ ...REFERENCE, ...change })).toEqual([
      { field, message: expect.stringMatching(message) },
    ]);
  });

  test("a network too large to train here is explained as a whole", () => {
    const [problem] = problemsOf({ ...REFERENCE, channels: [8, 16, 256], denseUnits: 2048 });
    expect(problem).toEqual({
      field: null,
      message: expect.stringContaining("more than the 3,000,000"),
    });
  });
});
