// The models of generators/safetensors.py.
import {
  type AnyModule,
  BatchNorm2d,
  Conv2d,
  Flatten,
  GELU,
  LayerNorm,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from "@kindling/layers";
import { type Tensor, type Tensor2D, tanh } from "@tensorflow/tfjs-core";

class Tied extends Module<Tensor2D, Tensor2D> {
  first = new Linear(6, 6);
  again = this.first;
  rest = [this.first, new Linear(6, 3)] as const;

  override forward(x: Tensor2D): Tensor2D {
    const [first, last] = this.rest;
    const hidden = tanh(this.again.forward(tanh(this.first.forward(x))));
    return last.forward(tanh(first.forward(hidden)));
  }
}

export type Model = AnyModule & { forward(x: Tensor): Tensor };

/** By name, with the shape of an input. */
export const MODELS: Readonly<Record<string, readonly [make: () => Model, shape: number[]]>> = {
  cnn: [
    () =>
      new Sequential(
        new Conv2d(2, 4, { kernelSize: 3, padding: 1 }),
        new BatchNorm2d(4),
        new ReLU(),
        new Conv2d(4, 8, { kernelSize: 3, groups: 2, bias: false }),
        new BatchNorm2d(8),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(32, 3),
      ) as unknown as Model,
    [2, 6, 6, 2],
  ],
  mlp: [
    () =>
      new Sequential(
        new Linear(5, 16),
        new LayerNorm(16),
        new GELU(),
        new Linear(16, 3),
      ) as unknown as Model,
    [4, 5],
  ],
  tied: [() => new Tied() as unknown as Model, [4, 6]],
};
