import { Conv2d, Dropout, flatten, Linear, MaxPool2d, Module, relu } from "@kindling/layers";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { type Architecture, CLASSES, POOLED_SIDE } from "../architecture.ts";

/**
 * The network of `src/model.ts` with its sizes open, and room for dropout and a dense layer.
 *
 * With the reference architecture it is that network: same names, same initial weights, same numbers.
 *
 * | tensor | shape                            |
 * | ------ | -------------------------------- |
 * | input  | `[n, 28, 28, 1]`, values 0..1    |
 * | output | `[n, 10]`, logits                |
 */
export class EditableCnn extends Module<Tensor4D, Tensor2D> {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly conv3: Conv2d;
  readonly pool1: MaxPool2d = new MaxPool2d([2, 2]);
  readonly pool2: MaxPool2d = new MaxPool2d([2, 2]);
  readonly hidden: Linear | null;
  readonly dropout: Dropout | null;
  readonly fc: Linear;

  constructor({ channels: [first, second, third], kernelSize, ...rest }: Architecture) {
    super();
    const options = { kernelSize, padding: (kernelSize - 1) / 2 };
    const features = third * POOLED_SIDE * POOLED_SIDE;
    this.conv1 = new Conv2d(1, first, options);
    this.conv2 = new Conv2d(first, second, options);
    this.conv3 = new Conv2d(second, third, options);
    this.hidden = rest.denseUnits > 0 ? new Linear(features, rest.denseUnits) : null;
    this.dropout = rest.dropout > 0 ? new Dropout(rest.dropout) : null;
    this.fc = new Linear(this.hidden ? rest.denseUnits : features, CLASSES);
  }

  override forward(x: Tensor4D): Tensor2D {
    x = this.pool1.forward(relu(this.conv1.forward(x))); // [n, 14, 14, c1]
    x = this.pool2.forward(relu(this.conv2.forward(x))); // [n, 7, 7, c2]
    x = relu(this.conv3.forward(x)); // [n, 7, 7, c3]
    let features = flatten(x); // [n, 49 · c3]
    if (this.hidden) features = relu(this.hidden.forward(features)); // [n, denseUnits]
    if (this.dropout) features = this.dropout.forward(features);
    return this.fc.forward(features); // [n, 10]
  }
}
