import { Linear, Module, relu } from "@kindling/layers";
import type { Tensor2D } from "@tensorflow/tfjs-core";

/** Two hidden layers: points `[n, 2]` to three scores each, `[n, 3]`. */
export class Mlp extends Module<Tensor2D, Tensor2D> {
  readonly hidden1 = new Linear(2, 32);
  readonly hidden2 = new Linear(32, 32);
  readonly output = new Linear(32, 3);

  override forward(x: Tensor2D): Tensor2D {
    x = relu(this.hidden1.forward(x)); // [n, 32]
    x = relu(this.hidden2.forward(x)); // [n, 32]
    return this.output.forward(x); // [n, 3]
  }
}
