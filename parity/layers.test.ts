// Activations are channels last here and channels first in the fixture: rank 4 is transposed both ways.
import { valueAndGrad } from "@kindling/core";
import {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BCEWithLogitsLoss,
  Conv2d,
  CrossEntropyLoss,
  ELU,
  Embedding,
  Flatten,
  GELU,
  Identity,
  L1Loss,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  MaxPool2d,
  type Module,
  MSELoss,
  NLLLoss,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  type StateDict,
  Tanh,
} from "@kindling/layers";
import { describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import { mul, type Scalar, sum, type Tensor, tensor, tidy, transpose } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

interface LayerCase {
  readonly name: string;
  readonly layer: string;
  readonly args: unknown[];
  readonly evaluate: boolean;
  readonly state: Record<string, FixtureTensor>;
  readonly warmups: FixtureTensor[];
  readonly input: FixtureTensor;
  readonly output: FixtureTensor;
  readonly weights: FixtureTensor;
  readonly inputGradient: FixtureTensor;
  readonly gradients: Record<string, FixtureTensor>;
  readonly buffers: Record<string, FixtureTensor>;
}

interface LossCase {
  readonly name: string;
  readonly layer: string;
  readonly options: object;
  readonly input: FixtureTensor;
  readonly target: FixtureTensor;
  readonly integer: boolean;
  readonly output: FixtureTensor;
  readonly inputGradient: FixtureTensor;
}

interface LayersFixture {
  readonly layers: readonly LayerCase[];
  readonly losses: readonly LossCase[];
  readonly embedding: Record<
    "weight" | "indices" | "output" | "weights" | "gradient",
    FixtureTensor
  >;
}

/** float32 sums of up to a hundred terms near 1, added in another order than torch's. */
const TOLERANCE = 1e-5;

type AnyLayer = Module<Tensor, Tensor>;
type AnyLoss = Module<[Tensor, Tensor], Tensor>;
const LAYERS = {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  ELU,
  Flatten,
  GELU,
  Identity,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  MaxPool2d,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} as unknown as Record<string, new (...args: unknown[]) => AnyLayer>;
const LOSSES = {
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
} as unknown as Record<string, new (options: object) => AnyLoss>;

const channelsLast = (x: Tensor): Tensor => (x.rank === 4 ? transpose(x, [0, 2, 3, 1]) : x);
const channelsFirst = (x: Tensor): Tensor => (x.rank === 4 ? transpose(x, [0, 3, 1, 2]) : x);

const stored = ({ shape, values }: FixtureTensor): Tensor =>
  tidy(() => channelsLast(tensor(values, shape)));

function stateOf(tensors: Record<string, FixtureTensor>): StateDict {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, dtype: "float32", data: Float32Array.from(values) },
    ]),
  );
}

function expectTensor(received: Tensor | null, expected: FixtureTensor, title: string): void {
  expect(received, `${title}: a tensor`).not.toBeNull();
  tidy(() => {
    const torch = channelsFirst(received as Tensor);
    expect(torch.shape, title).toEqual(expected.shape);
    expectClose(torch, expected.values, { tolerance: TOLERANCE, title });
  });
}

describe("layers", () => {
  const { layers, losses, embedding } = fixture<LayersFixture>("layers");

  describeOnBackends("equal torch's", () => {
    test.each(layers)("$name", async (expected) => {
      await expectTensors(async () => {
        const layer = new (LAYERS[expected.layer] as new (...args: unknown[]) => AnyLayer)(
          ...expected.args,
        );
        layer.loadStateDict(stateOf(expected.state), { strict: false });
        for (const batch of expected.warmups) tidy(() => void layer.forward(stored(batch)));
        if (expected.evaluate) layer.eval();
        const x = stored(expected.input);
        const weights = stored(expected.weights);
        const names = layer.namedParameters().map(([name]) => name);
        const parameters = layer.parameters();
        const { value, gradients } = valueAndGrad(() => {
          const y = layer.forward(x);
          expectTensor(y, expected.output, "output");
          return sum(mul(y, weights)) as Scalar;
        }, [x, ...parameters]);
        value.dispose();
        expectTensor(gradients[0] ?? null, expected.inputGradient, "input gradient");
        expect(names).toEqual(Object.keys(expected.gradients));
        parameters.forEach((parameter, i) => {
          const gradient = gradients[i + 1] as Tensor;
          const { layout } = parameter;
          const torch = layout === null ? gradient.clone() : transpose(gradient, [...layout]);
          const reference = expected.gradients[names[i] as string] as FixtureTensor;
          expect(torch.shape).toEqual(reference.shape);
          expectClose(torch, reference.values, {
            tolerance: TOLERANCE,
            title: `gradient of ${names[i]}`,
          });
          torch.dispose();
        });
        for (const [name, buffer] of layer.namedBuffers()) {
          const reference = expected.buffers[name] as FixtureTensor;
          expectClose(buffer, reference.values, { tolerance: TOLERANCE, title: name });
        }
        for (const gradient of gradients) gradient?.dispose();
        x.dispose();
        weights.dispose();
        layer.dispose();
      });
    });

    test.each(losses)("$name", async (expected) => {
      await expectTensors(() => {
        const loss = new (LOSSES[expected.layer] as new (options: object) => AnyLoss)(
          expected.options,
        );
        const x = stored(expected.input);
        const { shape, values } = expected.target;
        const target = expected.integer ? tensor(values, shape, "int32") : stored(expected.target);
        const { value, gradients } = valueAndGrad(() => {
          const y = loss.forward(x, target);
          expect(y.shape).toEqual(expected.output.shape);
          expectClose(y, expected.output.values, { tolerance: TOLERANCE, title: "output" });
          return sum(y) as Scalar;
        }, [x]);
        value.dispose();
        expectTensor(gradients[0] ?? null, expected.inputGradient, "input gradient");
        gradients[0]?.dispose();
        x.dispose();
        target.dispose();
        loss.dispose();
      });
    });

    test("embedding", () => {
      const layer = new Embedding(6, 3);
      layer.loadStateDict(stateOf({ weight: embedding.weight }));
      const indices = tensor(embedding.indices.values, embedding.indices.shape, "int32");
      const weights = stored(embedding.weights);
      const { value, gradients } = valueAndGrad(() => {
        const y = layer.forward(indices);
        expectTensor(y, embedding.output, "output");
        return sum(mul(y, weights)) as Scalar;
      }, layer.parameters());
      value.dispose();
      expectTensor(gradients[0] ?? null, embedding.gradient, "gradient of weight");
    });
  });
});
