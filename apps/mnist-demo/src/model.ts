import { Conv2d, flatten, Linear, MaxPool2d, Module, relu } from "@kindling/layers";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";

/** Anything that reads digits: images `[n, 28, 28, 1]`, values 0..1, to logits `[n, 10]`. */
export type DigitModel = Module<Tensor4D, Tensor2D>;

/**
 * The course notebook's network: three convolutions and a linear layer, 21,578 parameters.
 *
 * | tensor | shape                            |
 * | ------ | -------------------------------- |
 * | input  | `[n, 28, 28, 1]`, values 0..1    |
 * | output | `[n, 10]`, logits                |
 */
export class Cnn extends Module<Tensor4D, Tensor2D> {
  readonly conv1: Conv2d = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  readonly conv2: Conv2d = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  readonly conv3: Conv2d = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  readonly pool1: MaxPool2d = new MaxPool2d([2, 2]);
  readonly pool2: MaxPool2d = new MaxPool2d([2, 2]);
  readonly fc: Linear = new Linear(32 * 7 * 7, 10);

  override forward(x: Tensor4D): Tensor2D {
    x = this.pool1.forward(relu(this.conv1.forward(x))); // [n, 14, 14, 8]
    x = this.pool2.forward(relu(this.conv2.forward(x))); // [n, 7, 7, 16]
    x = relu(this.conv3.forward(x)); // [n, 7, 7, 32]
    return this.fc.forward(flatten(x)); // [n, 1568] -> [n, 10]
  }
}
