import {
  batchNorm,
  localResponseNormalization,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { describeGradients, type Input } from "./describe-gradients.ts";
import { normalizationGradients } from "./normalization.ts";

const positive = (...shape: number[]): Input => ({ shape, from: 0.5, to: 2 });

function normalized(...tensors: Tensor[]): Tensor {
  const [x, mean, variance, offset, scale] = tensors as [
    Tensor,
    Tensor4D,
    Tensor4D,
    Tensor4D,
    Tensor4D,
  ];
  return batchNorm(x, mean, variance, offset, scale, 0.01);
}

describeGradients("normalization", normalizationGradients, [
  {
    kernel: "FusedBatchNorm",
    f: normalized,
    inputs: [[2, 2, 1, 3], [3], positive(3), [3], positive(3)],
  },
  {
    kernel: "FusedBatchNorm",
    title: "rank 2",
    f: normalized,
    inputs: [[4, 3], [3], positive(3), [3], positive(3)],
  },
  {
    kernel: "FusedBatchNorm",
    title: "statistics of the input's shape",
    f: normalized,
    inputs: [[1, 2, 1, 2], [1, 2, 1, 2], positive(1, 2, 1, 2), [1, 2, 1, 2], positive(1, 2, 1, 2)],
  },
  {
    kernel: "LRN",
    f: (x) => localResponseNormalization(x as Tensor4D, 1, 1, 0.5, 0.6),
    inputs: [[1, 2, 2, 4]],
  },
]);
