import {
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  type Module,
  ReLU,
  Sequential,
} from "@kindling/layers";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";

/** The two networks that are compared; every adapter has the same two. */
export function makeModel(name: string): Module<Tensor4D, Tensor2D> {
  if (name === "reference") return new Cnn();
  if (name === "larger") return larger();
  throw new Error(`no model is called ${name}`);
}

function larger(): Module<Tensor4D, Tensor2D> {
  return new Sequential(
    new Conv2d(1, 32, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(32, 64, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(64 * 7 * 7, 128),
    new ReLU(),
    new Linear(128, 10),
  );
}
