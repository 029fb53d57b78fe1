// Average pools and their gradients, where an average counts no padding. TensorFlow's ops know SAME and VALID only: for
// the rest the tensor gets a border of zeros, and each average is scaled to the cells that are not border.
import {
  AvgPool,
  AvgPool3D,
  AvgPool3DGrad,
  AvgPoolGrad,
  type KernelConfig,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import { bordered, borderedShape, withoutBorders } from "./borders.ts";
import { defineKernel } from "./kernel.ts";
import { runOp, withInts, withTensor } from "./op.ts";
import { type PoolAttributes, type PoolWindows, perWindow, poolWindows } from "./pool-windows.ts";

const forwards: readonly KernelConfig[] = [AvgPool, AvgPool3D].map((name) =>
  defineKernel<{ x: TensorInfo }, PoolAttributes>(name, ({ inputs: { x }, attrs, backend }) => {
    const windows = poolWindows(x.shape, attrs);
    const { attributes, padding, borders } = windows;
    if (padding !== null) return runOp(backend, name, [x], { ...attributes, padding });
    const whole = bordered(backend, x, borders, 0);
    const averages = runOp(backend, name, [whole], { ...attributes, padding: "VALID" });
    whole.dispose();
    // A window of nothing but border is NaN, 0 · ∞.
    const y = scaled(backend, averages, windows, Number.POSITIVE_INFINITY);
    averages.dispose();
    return y;
  }),
);

const gradients: readonly KernelConfig[] = [AvgPoolGrad, AvgPool3DGrad].map((name) =>
  defineKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
    name,
    ({ inputs: { dy, input }, attrs, backend }) => {
      const windows = poolWindows(input.shape, attrs);
      const { attributes, padding, borders } = windows;
      if (padding !== null) {
        return withInts(backend, input.shape, (sizes) =>
          runOp(backend, name, [sizes, dy], { ...attributes, padding }),
        );
      }
      const upstream = scaled(backend, dy, windows, 0);
      const whole = withInts(backend, borderedShape(input.shape, borders), (sizes) =>
        runOp(backend, name, [sizes, upstream], { ...attributes, padding: "VALID" }),
      );
      upstream.dispose();
      const gradient = withoutBorders(backend, whole, borders, input.shape);
      whole.dispose();
      return gradient;
    },
  ),
);

/** Of images and volumes. */
export const averagePools: readonly KernelConfig[] = [...forwards, ...gradients];

/** By the share of each window that counts; a window that has no such cells by `empty`. */
function scaled(backend: NodeBackend, x: TensorInfo, windows: PoolWindows, empty: number): Tensor {
  const { values, shape } = perWindow(windows, (share) => (share === 0 ? empty : 1 / share));
  return withTensor(backend, values, shape, "float32", (factor) =>
    runOp(backend, "Mul", [x, factor]),
  );
}
