import {
  ArgumentError,
  type DropoutAttributes,
  defaultGenerator,
  FUSED,
  type Generator,
  hasFusedKernel,
} from "@kindling/core";
import {
  clone,
  engine,
  mul,
  type NamedAttrMap,
  type Tensor,
  tensor,
  tidy,
  zerosLike,
} from "@tensorflow/tfjs-core";

/** What {@link dropout} takes. */
export interface DropoutOptions {
  /** The probability that a value is dropped, 0 to 1. @defaultValue 0.5 */
  p?: number;
  /** False returns `x` as it is. @defaultValue true */
  training?: boolean;
  /** Where the mask comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * Sets values to 0 with probability `p` and scales the others by 1 / (1 − p).
 *
 * The mask is one draw a value, the same on every backend; PyTorch's own masks differ.
 *
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ArgumentError} when `p` is not from 0 to 1.
 *
 * @example
 * ```ts
 * dropout(ones([4]), { p: 0.6, generator: new Generator(0) }); // => [0, 2.5, 0, 0]
 * ```
 */
export function dropout<T extends Tensor>(
  x: T,
  { p = 0.5, training = true, generator = defaultGenerator }: DropoutOptions = {},
): T {
  checkProbability("dropout", p);
  if (!training || p === 0) return clone(x);
  if (p === 1) return tidy(() => mul(x, zerosLike(x)));
  const scale = 1 / (1 - p);
  if (hasFusedKernel(FUSED.dropout)) return fused(x, p, scale, generator);
  const mask = generator.uniform(x.size);
  for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] as number) < p ? 0 : scale;
  return tidy(() => mul(x, tensor(mask, x.shape)));
}

function fused<T extends Tensor>(x: T, p: number, scale: number, generator: Generator): T {
  const state = generator.getState();
  const random = { words: Uint32Array.from(state.words), index: state.index };
  const attributes: DropoutAttributes = { p, scale, random };
  const outputs = engine().runKernel<Tensor[]>(FUSED.dropout, { x }, {
    ...attributes,
  } as object as NamedAttrMap);
  const [y, mask] = outputs as [T, Tensor];
  mask.dispose();
  generator.setState({ ...state, words: Array.from(random.words), index: random.index });
  return y;
}

/** @throws {ArgumentError} when `p` is not from 0 to 1. */
export function checkProbability(where: string, p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new ArgumentError(`${where}: expected p from 0 to 1, got ${p}`);
  }
}
