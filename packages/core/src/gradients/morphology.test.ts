import { dilation2d, type Tensor3D, type Tensor4D } from "@tensorflow/tfjs-core";
import { describeGradients } from "./describe-gradients.ts";
import { morphologyGradients } from "./morphology.ts";

describeGradients("morphology", morphologyGradients, [
  {
    kernel: "Dilation2D",
    f: (x, filter) => dilation2d(x as Tensor4D, filter as Tensor3D, 1, "valid"),
    inputs: [[1, 4, 4, 1], { shape: [2, 2, 1], from: -0.2, to: 0.31 }],
  },
  {
    kernel: "Dilation2D",
    title: "negative values, same",
    f: (x, filter) => dilation2d(x as Tensor4D, filter as Tensor3D, 1, "same"),
    inputs: [
      { shape: [1, 3, 4, 1], from: -3, to: -1 },
      { shape: [2, 2, 1], from: -0.2, to: 0.31 },
    ],
  },
]);
