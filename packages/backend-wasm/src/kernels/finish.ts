import { ArgumentError } from "@kindling/core";
import {
  add,
  elu,
  leakyRelu,
  prelu,
  relu,
  relu6,
  sigmoid,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

/** What tfjs's fused kernels do after their product. */
export interface Fused {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Adds the bias and applies the activation, one op after the other. */
export function finish(
  where: string,
  product: Tensor,
  bias: TensorInfo | undefined,
  slopes: TensorInfo | undefined,
  { activation = "linear", leakyreluAlpha }: Fused,
): Tensor {
  const x = bias === undefined ? product : add(product, bias as Tensor);
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return relu(x);
    case "relu6":
      return relu6(x);
    case "elu":
      return elu(x);
    case "sigmoid":
      return sigmoid(x);
    case "leakyrelu":
      return leakyRelu(x, leakyreluAlpha);
    case "prelu":
      return prelu(x, slopes as Tensor);
    default:
      throw new ArgumentError(`${where}: expected an activation that tfjs has, got ${activation}`);
  }
}
