import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type BackendWasm, floats } from "./kernel.ts";

/**
 * True when no value of the float32 tensors is NaN or infinite.
 *
 * XNNPACK clamps its results, by default to ±∞, and a NaN does not survive that: a convolution makes −∞ of
 * it, a ReLU 0. So it is trusted with finite values only. A sum finds the others for about 0.1 ns a value.
 */
export function allFinite(backend: BackendWasm, ...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => {
    return tensor === undefined || Number.isFinite(checksum(floats(backend, tensor)));
  });
}

// float64 sums of float32 values cannot overflow. Four at once, so that none waits for the one before.
function checksum(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i] as number;
    b += values[i + 1] as number;
    c += values[i + 2] as number;
    d += values[i + 3] as number;
  }
  for (let i = whole; i < values.length; i++) a += values[i] as number;
  return a + b + c + d;
}
