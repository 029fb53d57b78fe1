import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { type Rank, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { defaultBound } from "./fan.ts";
import { checkConvInput, conv2d, paddingAmounts } from "./functional/conv2d.ts";
import { type PaddingMode, pad2d } from "./functional/pad2d.ts";
import { Module } from "./module.ts";
import { checkPair, checkSize, type Pair, toPair } from "./pair.ts";
import type { Parameter } from "./parameter.ts";
import { python } from "./python.ts";
import { uniformParameter } from "./uniform-parameter.ts";

/** What {@link Conv2d} takes. */
export interface Conv2dLayerOptions {
  /** The size of a filter, in pixels. */
  kernelSize: Pair;
  /** Pixels from one window to the next. @defaultValue 1 */
  stride?: Pair;
  /** Rows and columns added on each side, or `same` for an output of the input's size. @defaultValue 0 */
  padding?: Pair | "same" | "valid";
  /** Pixels from one value of a window to the next. @defaultValue 1 */
  dilation?: Pair;
  /** Channels fall into this many parts, each convolved by itself. @defaultValue 1 */
  groups?: number;
  /** Learn an additive bias. @defaultValue true */
  bias?: boolean;
  /** What the padding holds. @defaultValue "zeros" */
  paddingMode?: PaddingMode;
  /** Where the initial values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

const OIHW = [3, 2, 0, 1] as const;
const MODES: readonly string[] = ["zeros", "reflect", "replicate", "circular"];

/**
 * Cross-correlates images with learned filters.
 *
 * | tensor   | shape                                                          |
 * | -------- | -------------------------------------------------------------- |
 * | input    | `[n, h, w, inChannels]`                                        |
 * | output   | `[n, h', w', outChannels]`                                     |
 * | `weight` | `[kh, kw, inChannels / groups, outChannels]`, OIHW when saved  |
 * | `bias`   | `[outChannels]`                                                |
 *
 * `h' = ⌊(h + 2 · padding − dilation · (kh − 1) − 1) / stride⌋ + 1`. Both parameters start uniform in
 * ±1/√(kh · kw · inChannels / groups), bit for bit as PyTorch's.
 *
 * @throws {ShapeError} when the input has other channels, or is smaller than a filter.
 * @throws {ArgumentError} when a size is out of range, `groups` does not divide the channels, or
 *   `same` is asked for with a stride.
 *
 * @example
 * ```ts
 * const layer = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
 * layer.forward(zeros([64, 28, 28, 1])).shape; // => [64, 28, 28, 8]
 * ```
 */
export class Conv2d extends Module<Tensor4D, Tensor4D> {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Filters: channels of the output. */
  readonly outChannels: number;
  /** Rows and columns of a filter. */
  readonly kernelSize: readonly [number, number];
  /** Pixels from one window to the next: rows, columns. */
  readonly stride: readonly [number, number];
  /** Rows and columns added on each side, or the name of a rule. */
  readonly padding: readonly [number, number] | "same" | "valid";
  /** Pixels from one value of a window to the next: rows, columns. */
  readonly dilation: readonly [number, number];
  /** The parts that channels fall into, each convolved by itself. */
  readonly groups: number;
  /** What the padding holds. */
  readonly paddingMode: PaddingMode;
  /** The filters, `[kh, kw, inChannels / groups, outChannels]`. */
  readonly weight: Parameter<Rank.R4>;
  /** `[outChannels]`, or null. */
  readonly bias: Parameter<Rank.R1> | null;

  constructor(inChannels: number, outChannels: number, options: Conv2dLayerOptions) {
    super();
    check(inChannels, outChannels, options);
    const { kernelSize, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const { bias = true, paddingMode = "zeros", generator = defaultGenerator } = options;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = toPair(kernelSize);
    this.stride = toPair(stride);
    this.padding = typeof padding === "string" ? padding : toPair(padding);
    this.dilation = toPair(dilation);
    this.groups = groups;
    this.paddingMode = paddingMode;
    const [kh, kw] = this.kernelSize;
    const fanIn = (inChannels / groups) * kh * kw;
    const shape = [outChannels, inChannels / groups, kh, kw];
    this.weight = uniformParameter(shape, defaultBound(fanIn), generator, OIHW);
    this.bias = bias ? uniformParameter([outChannels], 1 / Math.sqrt(fanIn), generator) : null;
  }

  override forward(x: Tensor4D): Tensor4D {
    const { weight, kernelSize, stride, padding, dilation, groups, bias, paddingMode } = this;
    const amounts = paddingAmounts(padding, kernelSize, stride, dilation);
    checkConvInput("Conv2d", x, weight.shape, amounts, dilation, groups);
    if (paddingMode === "zeros") {
      return conv2d(x, weight, { bias, stride, padding, dilation, groups });
    }
    return tidy(() =>
      conv2d(pad2d(x, amounts, paddingMode), weight, { bias, stride, dilation, groups }),
    );
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups } = this;
    const parts = [`${inChannels}, ${outChannels}`, `kernel_size=${python(kernelSize)}`];
    parts.push(`stride=${python(stride)}`);
    // torch compares with a tuple as long as the string: "same" and "valid" are always printed.
    if (python(padding) !== "(0, 0)") parts.push(`padding=${python(padding)}`);
    if (python(dilation) !== "(1, 1)") parts.push(`dilation=${python(dilation)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (this.bias === null) parts.push("bias=False");
    if (this.paddingMode !== "zeros") parts.push(`padding_mode=${this.paddingMode}`);
    return parts.join(", ");
  }
}

function check(inChannels: number, outChannels: number, options: Conv2dLayerOptions): void {
  const { kernelSize, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const { paddingMode = "zeros" } = options;
  checkSize("Conv2d", "inChannels", inChannels);
  checkSize("Conv2d", "outChannels", outChannels);
  checkSize("Conv2d", "groups", groups);
  checkPair("Conv2d", "kernelSize", kernelSize, 1);
  checkPair("Conv2d", "stride", stride, 1);
  checkPair("Conv2d", "dilation", dilation, 1);
  if (typeof padding !== "string") checkPair("Conv2d", "padding", padding, 0);
  else if (padding !== "same" && padding !== "valid") {
    throw new ArgumentError(`Conv2d: expected padding "same", "valid" or sizes, got "${padding}"`);
  }
  if (padding === "same" && Math.max(...toPair(stride)) > 1) {
    throw new ArgumentError(
      `Conv2d: expected stride 1 with padding "same", got ${JSON.stringify(stride)}`,
    );
  }
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ArgumentError(
      `Conv2d: expected groups to divide ${inChannels} input and ${outChannels} output channels, got ${groups}`,
    );
  }
  if (!MODES.includes(paddingMode)) {
    throw new ArgumentError(`Conv2d: expected paddingMode ${MODES.join(", ")}, got ${paddingMode}`);
  }
}
