// torch.nn.init: each sets a parameter in place and returns it, drawing in the order of PyTorch's layout.
import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { type FanMode, fans } from "./fan.ts";
import { upload } from "./host-tensor.ts";
import type { StateTensor } from "./state-tensor.ts";

/** What may follow a layer, as {@link calculateGain} knows it. */
export type Nonlinearity = "linear" | "conv2d" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** What the random initialisers take. */
export interface InitOptions {
  /** Where the values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/** What {@link xavierUniform} and {@link xavierNormal} take. */
export interface XavierOptions extends InitOptions {
  /** A factor for what follows the layer; see {@link calculateGain}. @defaultValue 1 */
  gain?: number;
}

/** What {@link kaimingUniform} and {@link kaimingNormal} take. */
export interface KaimingOptions extends InitOptions {
  /** The slope of the leaky ReLU that follows. @defaultValue 0 */
  a?: number;
  /** Keep the variance forwards, or backwards. @defaultValue "fanIn" */
  mode?: FanMode;
  /** What follows the layer. @defaultValue "leakyRelu" */
  nonlinearity?: Nonlinearity;
}

/**
 * Uniform values in [from, to), by default 0 to 1; `parameter` may have any shape.
 *
 * @example
 * ```ts
 * init.uniform(new Parameter(zeros([2])), -1, 1, { generator: new Generator(0) }); // => [-0.0075, 0.5364]
 * ```
 */
export function uniform<T extends StateTensor>(
  parameter: T,
  from: number = 0,
  to: number = 1,
  { generator = defaultGenerator }: InitOptions = {},
): T {
  return set(parameter, generator.uniform(parameter.size, from, to));
}

/**
 * Normally distributed values, by default of mean 0 and standard deviation 1; any shape.
 *
 * @example
 * ```ts
 * init.normal(new Parameter(zeros([2])), 0, 0.02, { generator: new Generator(0) }); // => [0.0308, -0.0059]
 * ```
 */
export function normal<T extends StateTensor>(
  parameter: T,
  mean: number = 0,
  std: number = 1,
  { generator = defaultGenerator }: InitOptions = {},
): T {
  return set(parameter, generator.normal(parameter.size, mean, std));
}

/**
 * One value everywhere, in any shape.
 *
 * @example
 * ```ts
 * init.constant(new Parameter(zeros([2])), 0.1); // => [0.1, 0.1]
 * ```
 */
export function constant<T extends StateTensor>(parameter: T, value: number): T {
  return set(parameter, new Float32Array(parameter.size).fill(value));
}

/**
 * 0 everywhere, in any shape.
 *
 * @example
 * ```ts
 * init.zeros(new Linear(4, 2).bias ?? new Parameter(ones([2]))); // => [0, 0]
 * ```
 */
export function zeros<T extends StateTensor>(parameter: T): T {
  return constant(parameter, 0);
}

/**
 * 1 everywhere, in any shape.
 *
 * @example
 * ```ts
 * init.ones(new Parameter(zeros([2]))); // => [1, 1]
 * ```
 */
export function ones<T extends StateTensor>(parameter: T): T {
  return constant(parameter, 1);
}

/**
 * Glorot's uniform values: ±gain · √(6 / (fanIn + fanOut)).
 *
 * @param parameter - of two or more axes, `[out, in, ...]` in PyTorch's order.
 * @throws {ArgumentError} below two axes.
 *
 * @example
 * ```ts
 * init.xavierUniform(new Linear(2, 1).weight, { generator: new Generator(0) }); // => [[-0.0106, 0.7586]]
 * ```
 */
export function xavierUniform<T extends StateTensor>(
  parameter: T,
  { gain = 1, ...options }: XavierOptions = {},
): T {
  const bound = Math.sqrt(3) * xavierStd(parameter, gain);
  return uniform(parameter, -bound, bound, options);
}

/**
 * Glorot's normal values: std gain · √(2 / (fanIn + fanOut)).
 *
 * @param parameter - of two or more axes, `[out, in, ...]` in PyTorch's order.
 * @throws {ArgumentError} below two axes.
 *
 * @example
 * ```ts
 * init.xavierNormal(new Linear(2, 1).weight, { generator: new Generator(0) }); // => [[1.2582, -0.2396]]
 * ```
 */
export function xavierNormal<T extends StateTensor>(
  parameter: T,
  { gain = 1, ...options }: XavierOptions = {},
): T {
  return normal(parameter, 0, xavierStd(parameter, gain), options);
}

/**
 * He's uniform values: ±gain · √(3 / fan).
 *
 * @param parameter - of two or more axes, `[out, in, ...]` in PyTorch's order.
 * @throws {ArgumentError} below two axes.
 *
 * @example
 * ```ts
 * const options = { nonlinearity: "relu", generator: new Generator(0) } as const;
 * init.kaimingUniform(new Linear(2, 1).weight, options); // => [[-0.0130, 0.9291]]
 * ```
 */
export function kaimingUniform<T extends StateTensor>(
  parameter: T,
  options: KaimingOptions = {},
): T {
  const bound = Math.sqrt(3) * kaimingStd(parameter, options);
  return uniform(parameter, -bound, bound, options);
}

/**
 * He's normal values: std gain / √fan.
 *
 * @param parameter - of two or more axes, `[out, in, ...]` in PyTorch's order.
 * @throws {ArgumentError} below two axes.
 *
 * @example
 * ```ts
 * const options = { nonlinearity: "relu", generator: new Generator(0) } as const;
 * init.kaimingNormal(new Linear(2, 1).weight, options); // => [[1.5410, -0.2934]]
 * ```
 */
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
 * init.calculateGain("tanh"); // => 1.6667
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
