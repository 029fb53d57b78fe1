// torch.nn.init: each sets a parameter in place and returns it, drawing in the order of PyTorch's layout.
import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { type FanMode, fans } from "./fan.ts";
import { upload } from "./host-tensor.ts";
import type { StateTensor } from "./state-tensor.ts";

export type Nonlinearity = "linear" | "conv2d" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

export interface InitOptions {
  /** Where the values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

export interface XavierOptions extends InitOptions {
  /** A factor for what follows the layer; see {@link calculateGain}. @defaultValue 1 */
  gain?: number;
}

export interface KaimingOptions extends InitOptions {
  /** The slope of the leaky ReLU that follows. @defaultValue 0 */
  a?: number;
  /** Keep the variance forwards, or backwards. @defaultValue "fanIn" */
  mode?: FanMode;
  /** What follows the layer. @defaultValue "leakyRelu" */
  nonlinearity?: Nonlinearity;
}

/** Uniform values in [from, to). */
export function uniform<T extends StateTensor>(
  parameter: T,
  from: number = 0,
  to: number = 1,
  { generator = defaultGenerator }: InitOptions = {},
): T {
  return set(parameter, generator.uniform(parameter.size, from, to));
}

/** Normally distributed values. */
export function normal<T extends StateTensor>(
  parameter: T,
  mean: number = 0,
  std: number = 1,
  { generator = defaultGenerator }: InitOptions = {},
): T {
  return set(parameter, generator.normal(parameter.size, mean, std));
}

/** One value everywhere. */
export function constant<T extends StateTensor>(parameter: T, value: number): T {
  return set(parameter, new Float32Array(parameter.size).fill(value));
}

/** Zeros. */
export function zeros<T extends StateTensor>(parameter: T): T {
  return constant(parameter, 0);
}

/** Ones. */
export function ones<T extends StateTensor>(parameter: T): T {
  return constant(parameter, 1);
}

/** Glorot's uniform values: ±gain · √(6 / (fanIn + fanOut)). @throws {ArgumentError} below two axes. */
export function xavierUniform<T extends StateTensor>(
  parameter: T,
  { gain = 1, ...options }: XavierOptions = {},
): T {
  const bound = Math.sqrt(3) * xavierStd(parameter, gain);
  return uniform(parameter, -bound, bound, options);
}

/** Glorot's normal values: std gain · √(2 / (fanIn + fanOut)). @throws {ArgumentError} below two axes. */
export function xavierNormal<T extends StateTensor>(
  parameter: T,
  { gain = 1, ...options }: XavierOptions = {},
): T {
  return normal(parameter, 0, xavierStd(parameter, gain), options);
}

/** He's uniform values: ±gain · √(3 / fan). @throws {ArgumentError} below two axes. */
export function kaimingUniform<T extends StateTensor>(
  parameter: T,
  options: KaimingOptions = {},
): T {
  const bound = Math.sqrt(3) * kaimingStd(parameter, options);
  return uniform(parameter, -bound, bound, options);
}

/** He's normal values: std gain / √fan. @throws {ArgumentError} below two axes. */
export function kaimingNormal<T extends StateTensor>(
  parameter: T,
  options: KaimingOptions = {},
): T {
  return normal(parameter, 0, kaimingStd(parameter, options), options);
}

/**
 * The factor that keeps the variance through a nonlinearity.
 *
 * @param slope - of the leaky ReLU's negative side. @defaultValue 0.01
 * @throws {ArgumentError} for an unknown nonlinearity.
 *
 * @example
 * ```ts
 * calculateGain("tanh"); // => 1.6666666666666667
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, slope: number = 0.01): number {
  switch (nonlinearity) {
    case "linear":
    case "conv2d":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.sqrt(2);
    case "leakyRelu":
      return Math.sqrt(2 / (1 + slope ** 2));
    case "selu":
      return 3 / 4;
    default:
      throw new ArgumentError(
        `calculateGain: expected a nonlinearity such as relu, got ${String(nonlinearity)}`,
      );
  }
}

function xavierStd(parameter: StateTensor, gain: number): number {
  const { fanIn, fanOut } = fans(parameter.torchShape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingStd(
  parameter: StateTensor,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions,
): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(parameter.torchShape)[mode]);
}

function set<T extends StateTensor>(parameter: T, data: Float32Array): T {
  const value = upload({ shape: parameter.torchShape, data, dtype: "float32" }, parameter.layout);
  parameter.assign(value);
  value.dispose();
  return parameter;
}
