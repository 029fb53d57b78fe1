// Max pools of images and volumes and their gradients.
import {
  type KernelConfig,
  MaxPool,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolGrad,
  MaxPoolWithArgmax,
  type Tensor,
  type TensorInfo,
  tidy,
} from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import { bordered, type Windows, withoutBorders } from "./borders.ts";
import { hasNaN } from "./has-nan.ts";
import { defineKernel } from "./kernel.ts";
import { gradientByPlaces, placesOfMaxima } from "./max-pool-places.ts";
import { type OpAttributes, reshaped, runOp, withNumber, withTensor } from "./op.ts";
import {
  hasEmptyWindows,
  type PoolAttributes,
  type PoolWindows,
  perWindow,
  poolWindows,
  windowsOf,
} from "./pool-windows.ts";

const forwards: readonly KernelConfig[] = [MaxPool, MaxPool3D].map((name) =>
  defineKernel<{ x: TensorInfo }, PoolAttributes>(name, ({ inputs: { x }, attrs, backend }) =>
    maxPool(backend, name, x, poolWindows(x.shape, attrs)),
  ),
);

const maxPoolGrad = defineKernel<
  { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  PoolAttributes
>(MaxPoolGrad, ({ inputs: { dy, input, output }, attrs, backend }) =>
  maxPoolGradient(backend, dy, input, output, poolWindows(input.shape, attrs)),
);

/**
 * Pools each plane, then along the depth, and goes back the same way: TensorFlow's own gives the whole gradient to
 * each of several equal maxima.
 */
const maxPool3dGrad = defineKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
  MaxPool3DGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const { axes } = poolWindows(input.shape, attrs);
    const [depth, height, width] = axes as [Windows, Windows, Windows];
    const [n = 0, d = 0, h = 0, w = 0, c = 0] = input.shape;
    const cells = height.count * width.count;
    const cell = { size: cells, count: cells, length: 1, stride: 1, before: 0 };
    const [inPlane, inDepth] = [windowsOf([height, width]), windowsOf([depth, cell])];
    return tidy(() => {
      const planes = reshaped(backend, input, [n * d, h, w, c]);
      const maxima = pooled(backend, MaxPool, planes, inPlane); // [n * d, oh, ow, c]
      const stacked = reshaped(backend, maxima, [n, d, cells, c]);
      const highest = pooled(backend, MaxPool, stacked, inDepth); // [n, od, oh * ow, c]
      const upstream = reshaped(backend, dy, highest.shape);
      const ofStacked = maxPoolGradient(backend, upstream, stacked, highest, inDepth);
      const ofMaxima = reshaped(backend, ofStacked, maxima.shape);
      const ofPlanes = maxPoolGradient(backend, ofMaxima, planes, maxima, inPlane);
      return reshaped(backend, ofPlanes, input.shape);
    });
  },
);

const maxPoolWithArgmax = defineKernel<
  { x: TensorInfo },
  PoolAttributes & { readonly includeBatchInIndex?: boolean }
>(MaxPoolWithArgmax, ({ inputs: { x }, attrs, backend }) => {
  const windows = poolWindows(x.shape, attrs);
  return [
    maxPool(backend, MaxPool, x, windows),
    placesOfMaxima(backend, x, windows, attrs.includeBatchInIndex === true),
  ];
});

/** Forward and backward. The gradient of a pool of images is what training's kernel falls back to. */
export const maxPools: readonly KernelConfig[] = [
  ...forwards,
  maxPoolGrad,
  maxPool3dGrad,
  maxPoolWithArgmax,
];

// On the CPU TensorFlow passes a NaN over. Looking for one takes a tenth of the time of a pool.
function maxPool(backend: NodeBackend, name: string, x: TensorInfo, windows: PoolWindows): Tensor {
  const y = pooled(backend, name, x, windows);
  if (backend.isUsingGpuDevice || !hasNaN(backend, x)) return y;
  return tidy(() => {
    const places = runOp(backend, "IsNan", [x]);
    const ones = runOp(backend, "Cast", [places], { DstT: { type: "float32" } });
    const reached = pooled(backend, name, ones, windows);
    const nans = withNumber(backend, 0, "float32", (zero) =>
      runOp(backend, "Greater", [reached, zero]),
    );
    const poisoned = withNumber(backend, Number.NaN, "float32", (not) =>
      runOp(backend, "SelectV2", [nans, not, y]),
    );
    y.dispose();
    return poisoned;
  });
}

function pooled(backend: NodeBackend, name: string, x: TensorInfo, windows: PoolWindows): Tensor {
  const y = ofWindows(backend, name, x, windows);
  if (!hasEmptyWindows(windows)) return y;
  // Of nothing but border; TensorFlow's maximum of that is the least finite number.
  const { values, shape } = perWindow(windows, (share) =>
    share === 0 ? Number.NEGATIVE_INFINITY : 0,
  );
  const all = withTensor(backend, values, shape, "float32", (least) =>
    runOp(backend, "AddV2", [y, least]),
  );
  y.dispose();
  return all;
}

function ofWindows(
  backend: NodeBackend,
  name: string,
  x: TensorInfo,
  windows: PoolWindows,
): Tensor {
  const padding = paddingOf(name, windows);
  if (padding !== null) return runOp(backend, name, [x], { ...windows.attributes, ...padding });
  // Never a maximum.
  const least = x.dtype === "float32" ? Number.NEGATIVE_INFINITY : -(2 ** 31);
  const whole = bordered(backend, x, windows.borders, least);
  const y = runOp(backend, name, [whole], { ...windows.attributes, padding: "VALID" });
  whole.dispose();
  return y;
}

function maxPoolGradient(
  backend: NodeBackend,
  dy: TensorInfo,
  input: TensorInfo,
  output: TensorInfo,
  windows: PoolWindows,
): Tensor {
  // cuDNN goes by the output, and gives nothing where that is not the pool's, or to whichever of equal maxima.
  if (backend.isUsingGpuDevice) return gradientByPlaces(backend, dy, input, windows);
  const { attributes, borders } = windows;
  const padding = paddingOf(MaxPoolGrad, windows);
  if (padding !== null) {
    return runOp(backend, MaxPoolGrad, [input, output, dy], { ...attributes, ...padding });
  }
  const whole = bordered(backend, input, borders, Number.NEGATIVE_INFINITY);
  const ofWhole = runOp(backend, MaxPoolGrad, [whole, output, dy], {
    ...attributes,
    padding: "VALID",
  });
  whole.dispose();
  const gradient = withoutBorders(backend, ofWhole, borders, input.shape);
  ofWhole.dispose();
  return gradient;
}

/** How TensorFlow's op is told of the borders; null when it cannot be. */
function paddingOf(name: string, { axes, borders, padding }: PoolWindows): OpAttributes | null {
  if (padding !== null) return { padding };
  // Numbers for images only, and less than a window.
  const fits = borders.every(([before, after], axis) => {
    const length = axes[axis]?.length ?? 0;
    return before >= 0 && before < length && after < length;
  });
  if (name === MaxPool3D || !fits) return null;
  return { padding: "EXPLICIT", explicit_paddings: [0, 0, ...borders.flat(), 0, 0] };
}
