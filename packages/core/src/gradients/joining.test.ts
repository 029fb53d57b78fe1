import { concat, mul, split, stack, type Tensor, unstack } from "@tensorflow/tfjs-core";
import { describeGradients } from "./describe-gradients.ts";
import { joiningGradients } from "./joining.ts";

describeGradients("joining", joiningGradients, [
  {
    kernel: "Concat",
    f: (...all) => concat(all, 1),
    inputs: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
  },
  {
    kernel: "Concat",
    title: "first axis",
    f: (...all) => concat(all, 0),
    inputs: [
      [1, 3],
      [2, 3],
    ],
  },
  {
    kernel: "Concat",
    title: "last axis, negative",
    f: (...all) => concat(all, -1),
    inputs: [
      [2, 2, 1],
      [2, 2, 2],
    ],
  },
  {
    kernel: "Concat",
    title: "the same tensor twice",
    f: (x) => concat([x, mul(x as Tensor, 2), x] as Tensor[], 0),
    inputs: [[2, 2]],
  },
  {
    kernel: "Pack",
    f: (...all) => stack(all, 1),
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  { kernel: "Pack", title: "scalars", f: (...all) => stack(all), inputs: [[], [], []] },
  {
    kernel: "SplitV",
    f: (x) => mul(...(split(x as Tensor, 2, 1) as [Tensor, Tensor])),
    inputs: [[2, 4]],
  },
  {
    kernel: "SplitV",
    title: "one part used",
    f: (x) => split(x as Tensor, [1, 3], 0)[1] as Tensor,
    inputs: [[4, 2]],
  },
  {
    kernel: "SplitV",
    title: "into one",
    f: (x) => split(x as Tensor, 1, 1)[0] as Tensor,
    inputs: [[2, 3]],
  },
  {
    kernel: "Unpack",
    f: (x) => mul(...(unstack(x as Tensor, 1) as [Tensor, Tensor])),
    inputs: [[3, 2]],
  },
  {
    kernel: "Unpack",
    title: "one used",
    f: (x) => unstack(x as Tensor, 0)[2] as Tensor,
    inputs: [[3, 2]],
  },
]);
