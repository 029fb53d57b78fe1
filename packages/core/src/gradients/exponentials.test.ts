import {
  customGrad,
  erf,
  exp,
  expm1,
  type GradSaveFunc,
  getGradient,
  log,
  log1p,
  logSoftmax,
  sigmoid,
  softmax,
  softplus,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { describeGradients, type Input } from "./describe-gradients.ts";
import { exponentialGradients } from "./exponentials.ts";

const positive: Input = { shape: [2, 3], from: 0.5, to: 2 };
const wide: Input = { shape: [2, 3], from: -3, to: 3 };

// tfjs has no kernel of this name on any backend (its op brings its own gradient), so it is used here.
function registeredLogSoftmax(x: Tensor): Tensor {
  return customGrad((...inputs) => {
    const [logits, save] = inputs as [Tensor, GradSaveFunc];
    const value = logSoftmax(logits);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor =>
      getGradient("LogSoftmax").gradFunc(dy, saved, { axis: -1 }).logits?.() as Tensor;
    return { value, gradFunc };
  })(x);
}

describeGradients("exponential", exponentialGradients, [
  { kernel: "Exp", f: exp, inputs: [[2, 3]] },
  { kernel: "Expm1", f: expm1, inputs: [[2, 3]] },
  { kernel: "Log", f: log, inputs: [positive] },
  { kernel: "Log1p", f: log1p, inputs: [positive] },
  { kernel: "Sigmoid", f: sigmoid, inputs: [wide] },
  { kernel: "Softplus", f: softplus, inputs: [wide] },
  { kernel: "Erf", f: erf, inputs: [wide] },
  { kernel: "Softmax", f: (x) => softmax(x), inputs: [wide] },
  { kernel: "Softmax", title: "one class", f: (x) => softmax(x), inputs: [[3, 1]] },
  { kernel: "Softmax", title: "rank 3", f: (x) => softmax(x), inputs: [[2, 2, 3]] },
  { kernel: "LogSoftmax", f: registeredLogSoftmax, inputs: [wide] },
]);
