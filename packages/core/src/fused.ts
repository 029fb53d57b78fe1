// Kernels of Kindling's own that a backend may offer. Each does in one pass what plain ops do in several,
// so layers and gradients ask for it and compose plain ops where there is none.
import { engine } from "@tensorflow/tfjs-core";
import { hasKernel } from "./backend.ts";

/**
 * Names of the fused kernels, with their inputs (`?`: may be left out), attributes and outputs. All
 * values are float32 unless said. The optimizers' steps are
 * {@link ADAM_STEP} and {@link SGD_STEP}.
 *
 * @example
 * ```ts
 * if (hasFusedKernel(FUSED.silu)) engine().runKernel(FUSED.silu, { x }, {});
 * FUSED.silu; // => "KindlingSilu"
 * ```
 */
export const FUSED = {
  /**
   * A convolution of any stride, dilation and groups with its bias. `x` `[n, h, w, in]`, `filter`
   * `[kh, kw, in / groups, out]`, `bias?` `[out]`; {@link ConvolutionAttributes}.
   */
  conv2d: "KindlingConv2d",
  /** `dy`, `filter`; {@link ConvolutionAttributes} and `inputShape`. */
  conv2dInputGrad: "KindlingConv2dInputGrad",
  /** `x`, `dy`; {@link ConvolutionAttributes} and `filterShape`. */
  conv2dFilterGrad: "KindlingConv2dFilterGrad",
  /** `dy`, `y`: `y <= 0 ? 0 : dy`. */
  reluGrad: "KindlingReluGrad",
  /** `dy`, `y`: 0 where `y` is at most 0 or at least 6. */
  relu6Grad: "KindlingRelu6Grad",
  /** `dy`, `x`; `alpha`. */
  leakyReluGrad: "KindlingLeakyReluGrad",
  /** `dy`, `y`: `dy · y · (1 − y)`. */
  sigmoidGrad: "KindlingSigmoidGrad",
  /** `dy`, `y`: `dy · (1 − y²)`. */
  tanhGrad: "KindlingTanhGrad",
  /** `x`; `approximate`: true for the formula with tanh. */
  gelu: "KindlingGelu",
  /** `dy`, `x`; `approximate`. */
  geluGrad: "KindlingGeluGrad",
  /** `x`: `x · sigmoid(x)`. */
  silu: "KindlingSilu",
  /** `dy`, `x`. */
  siluGrad: "KindlingSiluGrad",
  /**
   * Softmax and cross-entropy with class indices. `logits` `[rows, classes]`, `labels` int32 `[rows]`;
   * {@link CrossEntropyAttributes}. Outputs: the loss, `[rows]` or a scalar, and `statistics` for the
   * gradient. A label that is no class is an ArgumentError, or makes the loss NaN.
   */
  crossEntropy: "KindlingCrossEntropy",
  /** The same with `weight` `[classes]`. */
  weightedCrossEntropy: "KindlingWeightedCrossEntropy",
  /** `dy`, `logits`, `labels`, `statistics`, `weight?`; {@link CrossEntropyAttributes}. */
  crossEntropyGrad: "KindlingCrossEntropyGrad",
  /**
   * Batch normalization by the batch's own statistics. `x` `[rows, c]`, `gamma` and `beta` `[c]`; `eps`.
   * Outputs: y, the mean `[c]` and the biased variance `[c]`.
   */
  batchNorm: "KindlingBatchNorm",
  /** `dy`, `x`, `mean`, `variance`, `gamma`; `eps`. Outputs: the gradients of x, gamma and beta. */
  batchNormGrad: "KindlingBatchNormGrad",
  /** Each row by itself. `x` `[rows, c]`, `gamma` and `beta` `[c]`; `eps`. Outputs: y, `statistics`. */
  layerNorm: "KindlingLayerNorm",
  /** `dy`, `x`, `statistics`, `gamma`. Outputs: the gradients of x, gamma and beta. */
  layerNormGrad: "KindlingLayerNormGrad",
  /** `x`; {@link DropoutAttributes}. Outputs: y and the bool mask of what was kept. */
  dropout: "KindlingDropout",
  /** `dy`, `mask`; `scale`. */
  dropoutGrad: "KindlingDropoutGrad",
  /**
   * `total`, `x`: their sum. May be written into `total`'s own memory when nobody else refers to it, and
   * then comes back under the same dataId with one reference more.
   */
  addTo: "KindlingAddTo",
  /** `x`: a scalar. */
  sumOfSquares: "KindlingSumOfSquares",
  /** No inputs; {@link GatherBytesAttributes}. Output: float32 `shape`. */
  gatherBytes: "KindlingGatherBytes",
} as const;

/** A convolution as PyTorch counts it; images and filters are channels last. */
export interface ConvolutionAttributes {
  /** Pixels from one window to the next: rows, columns. */
  readonly strides: readonly [number, number];
  /** Pixels from one value of a window to the next: rows, columns. */
  readonly dilations: readonly [number, number];
  /** Zeros before and after the rows, and the columns. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  /** The parts that channels fall into, each convolved by itself; 1 for a plain convolution. */
  readonly groups: number;
}

/** Cross-entropy with class indices, as PyTorch counts it. */
export interface CrossEntropyAttributes {
  /** Rows with this label count nothing; it need not be a class. */
  readonly ignoreIndex: number;
  /** The share of each target that is spread over all classes, 0 to 1. */
  readonly smoothing: number;
  /** What becomes of the rows' losses; a mean divides by the weights of the rows that count. */
  readonly reduction: "none" | "sum" | "mean";
}

/** Dropout with a mask drawn by mt19937, the same on every backend. */
export interface DropoutAttributes {
  /** The probability that a value is dropped, below 1. */
  readonly p: number;
  /** What values that stay are multiplied by. */
  readonly scale: number;
  /** mt19937, which the kernel advances by one draw a value. */
  readonly random: { words: Uint32Array; index: number };
}

/** Rows of bytes in host memory, as float32 divided by `divisor`. */
export interface GatherBytesAttributes {
  /** All rows, one after another: row `i` begins at byte `i · width`. */
  readonly bytes: Uint8Array;
  /** Bytes in a row. */
  readonly width: number;
  /** Which rows, each from 0 to their number. */
  readonly indices: ArrayLike<number>;
  /** Not 0; 255 brings bytes to 0..1. */
  readonly divisor: number;
  /** The output's: as many values as there are indices times `width`. */
  readonly shape: readonly number[];
}

/**
 * True when the current backend has this kernel and its gradient, if asked for, is a first one.
 *
 * A fused kernel's gradient is a fused kernel, which has none itself: inside a nested
 * {@link valueAndGrad} the plain ops are the ones to use.
 *
 * @example
 * ```ts
 * const inside: boolean[] = [];
 * const once = (f: () => Scalar) => () => valueAndGrad(f, [x]).value;
 * once(() => {
 *   inside.push(hasFusedKernel(FUSED.gelu));
 *   return sum(x);
 * })();
 * inside; // => [true]
 * hasFusedKernel("KindlingNoSuchKernel"); // => false
 * ```
 */
export function hasFusedKernel(name: string): boolean {
  return engine().state.gradientDepth <= 1 && hasKernel(name);
}

/** The same for a kernel that is a gradient: nobody may be recording it. */
export function hasFusedGradient(name: string): boolean {
  return engine().state.gradientDepth === 0 && hasKernel(name);
}
