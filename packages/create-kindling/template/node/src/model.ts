import { Conv2d, flatten, Linear, MaxPool2d, Module, relu } from "@kindling/layers";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";

/** Three convolutions and a linear layer: images `[n, 28, 28, 1]`, 0..1, to ten scores each, `[n, 10]`. */
export class Cnn extends Module<Tensor4D, Tensor2D> {
  readonly conv1 = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  readonly conv2 = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  readonly conv3 = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  readonly pool = new MaxPool2d(2);
  readonly fc = new Linear(32 * 7 * 7, 10);

  override forward(x: Tensor4D): Tensor2D {
    x = this.pool.forward(relu(this.conv1.forward(x))); // [n, 14, 14, 8]
    x = this.pool.forward(relu(this.conv2.forward(x))); // [n, 7, 7, 16]
    x = relu(this.conv3.forward(x)); // [n, 7, 7, 32]
    return this.fc.forward(flatten(x)); // [n, 1568] -> [n, 10]
  }
}
