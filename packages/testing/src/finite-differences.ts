import { valueAndGrad } from "@kindling/core";
import { mul, type Scalar, sum, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { expectClose, values } from "./tensors.ts";

export interface GradientCheckOptions {
  /** Half the distance between the two points of a difference. @defaultValue 1e-2 */
  step?: number;
  /** Relative to the larger of 1 and the gradient. @defaultValue 1e-3 */
  tolerance?: number;
}

/**
 * Holds the gradients of `f` to central differences, one input value at a time.
 *
 * `f` may return any float32 shape: its values are weighted with fixed, unequal weights and summed, so
 * that gradients in the wrong place do not cancel. float32 forward passes limit the accuracy: keep the
 * inputs small (under 100 values, magnitudes near 1) and away from kinks.
 */
export function expectGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-2, tolerance = 1e-3 }: GradientCheckOptions = {},
): void {
  const weighted = (...point: Tensor[]): Scalar =>
    tidy(() => {
      const y = f(...point);
      return sum(mul(y, tensor(weights(y.size), y.shape)));
    });
  const { value, gradients } = valueAndGrad(() => weighted(...inputs), inputs);
  value.dispose();
  inputs.forEach((input, i) => {
    const base = values(input);
    const numeric = base.map((_, at) => {
      const shifted = (by: number): number =>
        tidy(() => {
          const moved = tensor(
            base.map((v, j) => (j === at ? v + by : v)),
            input.shape,
          );
          const y = f(...inputs.map((other, j) => (j === i ? moved : other)));
          // Summed here in float64: the sum's own rounding would drown small differences.
          const w = weights(y.size);
          return values(y).reduce((total, v, k) => total + v * (w[k] as number), 0);
        });
      return (shifted(step) - shifted(-step)) / (2 * step);
    });
    const gradient = gradients[i];
    expectClose(gradient ?? numeric.map(() => 0), numeric, {
      tolerance,
      title: `gradient of input ${i}`,
    });
    gradient?.dispose();
  });
}

function weights(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => 0.5 + ((i * 7) % 11) / 11);
}
