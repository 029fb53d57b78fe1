// Checked by the compiler alone: what flows through a Sequential, and what a Module takes.
import type { Scalar, Tensor, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import {
  type AnyModule,
  Conv2d,
  CrossEntropyLoss,
  Flatten,
  flatten,
  type InputOf,
  Linear,
  MaxPool2d,
  Module,
  type OutputOf,
  ReLU,
  relu,
  Sequential,
} from "./index.ts";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

const classifier = new Sequential(
  new Conv2d(1, 8, { kernelSize: 3 }),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(8, 10),
);
const module: Module<Tensor4D, Tensor2D> = classifier;
export const asAny: AnyModule[] = [classifier, module, new CrossEntropyLoss(), new Linear(1, 1)];

holds<Equal<InputOf<typeof classifier>, Tensor4D>>();
holds<Equal<OutputOf<typeof classifier>, Tensor2D>>();
holds<Equal<InputOf<Linear>, Tensor>>();
holds<Equal<InputOf<CrossEntropyLoss>, [Tensor, Tensor]>>();
holds<Equal<OutputOf<CrossEntropyLoss>, Scalar>>();

export function typed(image: Tensor4D, row: Tensor2D, labels: Tensor): void {
  const y: Tensor2D = classifier.forward(image);
  const kept: Tensor2D = new Linear(1, 1).forward(row);
  const loss: Scalar = new CrossEntropyLoss().forward(y, labels);
  const each: Tensor = new CrossEntropyLoss({ reduction: "none" }).forward(kept, labels);
  // @ts-expect-error a row is no image
  classifier.forward(row);
  // @ts-expect-error a loss takes two
  new CrossEntropyLoss().forward(y);
  // @ts-expect-error nothing but modules and collections of them
  new Sequential(loss, each);
}

/** The reference program's model, as written there. */
class Cnn extends Module<Tensor4D, Tensor2D> {
  conv1 = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  conv2 = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  conv3 = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  pool1 = new MaxPool2d(2);
  pool2 = new MaxPool2d(2);
  fc = new Linear(32 * 7 * 7, 10);

  override forward(x: Tensor4D): Tensor2D {
    x = this.pool1.forward(relu(this.conv1.forward(x)));
    x = this.pool2.forward(relu(this.conv2.forward(x)));
    x = relu(this.conv3.forward(x));
    return this.fc.forward(flatten(x)); // [n, 1568] -> [n, 10]
  }
}

export const reference: Module<Tensor4D, Tensor2D> = new Cnn();
