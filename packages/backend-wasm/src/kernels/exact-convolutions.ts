import { ArgumentError } from "@kindling/core";
import {
  add,
  type backend_util,
  elu,
  leakyRelu,
  prelu,
  relu,
  relu6,
  sigmoid,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, floats } from "./kernel.ts";
import { forEachWindow, windows2d } from "./windows.ts";

// What XNNPACK's kernels stand in for: slow, and right about NaN and infinities. Their values are a
// training run's last, so that whoever watches the loss sees that it failed.

/** A convolution, `[n, h, w, in] * [kh, kw, in, out]`, or a depthwise one, `[n, h, w, c] * [kh, kw, c, m]`. */
export function exactConvolution(
  backend: BackendWasm,
  input: TensorInfo,
  filter: TensorInfo,
  info: backend_util.Conv2DInfo,
  depthwise: boolean,
): TensorInfo {
  const output = allocate(backend, info.outShape);
  const x = floats(backend, input);
  const w = floats(backend, filter);
  const y = floats(backend, output);
  const { inChannels, outChannels } = info;
  // Each output channel of a depthwise convolution reads one input channel.
  const multiplier = outChannels / inChannels;
  const terms = depthwise ? 1 : inChannels;
  forEachWindow(windows2d(info), (at, cells, taps, count) => {
    for (let o = 0; o < outChannels; o++) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const first = depthwise ? Math.floor(o / multiplier) : 0;
        const place = (cells[i] as number) * inChannels + first;
        const weight = (taps[i] as number) * terms * outChannels + o;
        for (let c = 0; c < terms; c++) {
          sum += (x[place + c] as number) * (w[weight + c * outChannels] as number);
        }
      }
      y[at * outChannels + o] = sum;
    }
  });
  return output;
}

/** What tfjs's fused kernels do after their product. */
export interface Fused {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Adds the bias and applies the activation, one op after the other. */
export function finish(
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
      throw new ArgumentError(`wasm: expected a fused activation that tfjs has, got ${activation}`);
  }
}
