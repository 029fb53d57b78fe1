import { ArgumentError } from "./errors.ts";
import { MersenneTwister } from "./mersenne-twister.ts";

/** Everything a {@link Generator} needs to continue; plain JSON. */
export interface GeneratorState {
  /** The seed it was last given. */
  readonly seed: number;
  /** The 624 words of mt19937. */
  readonly words: readonly number[];
  /** The next word to use, 0 to 624. */
  readonly index: number;
  /** The second value of a pair of normals, when one is waiting. */
  readonly nextNormal: number | null;
}

const TWO_TO_MINUS_24 = 2 ** -24;
const TWO_TO_MINUS_53 = 2 ** -53;
/** torch's seed for a `Generator` that is given none. */
const DEFAULT_SEED = 67280421310721;
/** torch transforms normals in blocks of 16 from this size on, and draws them in pairs below it. */
const NORMAL_BLOCK = 16;
const TWO_PI = Math.fround(2 * Math.PI);

/**
 * PyTorch's CPU random number generator, bit for bit: the same seed gives the values of
 * `torch.Generator`, `torch.rand`, `torch.randn` and `torch.randperm`.
 *
 * Source: ATen `CPUGeneratorImpl`, `DistributionsHelper.h` and `DistributionTemplates.h`,
 * torch 2.13.0; held to it by `parity/fixtures/random.json`.
 *
 * @example
 * ```ts
 * new Generator(0).permutation(5); // => Int32Array [4, 0, 1, 3, 2]
 * ```
 */
export class Generator {
  #engine: MersenneTwister;
  #seed: number;
  #nextNormal: number | null = null;

  /**
   * @param seed - an integer; the low 32 bits count, as in torch. @defaultValue 67280421310721, torch's
   * @throws {ArgumentError} when the seed is not a safe integer.
   */
  constructor(seed: number = DEFAULT_SEED) {
    this.#seed = checkedSeed(seed);
    this.#engine = new MersenneTwister(seed);
  }

  /** The seed it was last given. */
  get initialSeed(): number {
    return this.#seed;
  }

  /** Starts again from `seed`. @throws {ArgumentError} when it is not a safe integer. */
  manualSeed(seed: number): this {
    this.#seed = checkedSeed(seed);
    this.#engine = new MersenneTwister(seed);
    this.#nextNormal = null;
    return this;
  }

  /** The next 32 bits, 0 to 2³² − 1. */
  random(): number {
    return this.#engine.next();
  }

  /** The next 64 bits: the first draw is the high half. */
  random64(): bigint {
    const high = this.#engine.next();
    return (BigInt(high) << 32n) | BigInt(this.#engine.next());
  }

  /**
   * An integer in 0 to n − 1 from one draw, as torch's `randint` makes it for `n` < 2³².
   *
   * @throws {ArgumentError} when `n` is not an integer from 1 to 2³².
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new ArgumentError(`Generator.integer: expected n from 1 to 2**32, got ${n}`);
    }
    return this.#engine.next() % n;
  }

  /**
   * `size` float32 values in [from, to), by default [0, 1), one draw each.
   *
   * @throws {ArgumentError} when the size is not an integer from 0.
   */
  uniform(size: number, from: number = 0, to: number = 1): Float32Array {
    const low = Math.fround(from);
    const range = Math.fround(Math.fround(to) - low);
    const values = new Float32Array(checkedSize("uniform", size));
    for (let i = 0; i < size; i++) {
      values[i] = (this.#engine.next() & 0xffffff) * TWO_TO_MINUS_24 * range + low;
    }
    return values;
  }

  /**
   * `size` float32 values from the normal distribution, by default of mean 0 and standard deviation 1.
   *
   * @throws {ArgumentError} when the size is not an integer from 0.
   */
  normal(size: number, mean: number = 0, std: number = 1): Float32Array {
    checkedSize("normal", size);
    if (size >= NORMAL_BLOCK) return this.#normalBlocks(size, mean, std);
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = this.#normalScalar() * std + mean;
    return values;
  }

  /** The numbers 0 to n − 1 in random order. @throws {ArgumentError} when `n` is not an integer from 0. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: checkedSize("permutation", n) }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.#engine.next() % (n - i));
      const swapped = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swapped;
    }
    return order;
  }

  /** A snapshot that {@link setState} continues from. */
  getState(): GeneratorState {
    const { words, index } = this.#engine.getState();
    return { seed: this.#seed, words: Array.from(words), index, nextNormal: this.#nextNormal };
  }

  /**
   * Goes on from where {@link getState} was called.
   *
   * @throws {ArgumentError} when the state is not one that {@link getState} made.
   */
  setState(state: GeneratorState): this {
    this.#engine = MersenneTwister.fromState(state.words, state.index);
    this.#seed = checkedSeed(state.seed);
    this.#nextNormal = state.nextNormal;
    return this;
  }

  /** An independent copy at the same position. */
  clone(): Generator {
    return new Generator(this.#seed).setState(this.getState());
  }

  // Box-Muller in float64, two values a pair of draws; the second waits for the next call.
  #normalScalar(): number {
    if (this.#nextNormal !== null) {
      const value = this.#nextNormal;
      this.#nextNormal = null;
      return value;
    }
    const u1 = this.#uniform53();
    const u2 = this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    const angle = 2 * Math.PI * u1;
    this.#nextNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #uniform53(): number {
    const high = this.#engine.next();
    const low = this.#engine.next();
    return ((high & 0x1fffff) * 2 ** 32 + low) * TWO_TO_MINUS_53;
  }

  // ATen's normal_fill: uniforms first, then blocks of 16; a remainder redraws the last 16 values.
  #normalBlocks(size: number, mean: number, std: number): Float32Array {
    const values = this.uniform(size);
    for (let start = 0; start + NORMAL_BLOCK <= size; start += NORMAL_BLOCK) {
      boxMuller(values, start, mean, std);
    }
    if (size % NORMAL_BLOCK !== 0) {
      values.set(this.uniform(NORMAL_BLOCK), size - NORMAL_BLOCK);
      boxMuller(values, size - NORMAL_BLOCK, mean, std);
    }
    return values;
  }
}

// float32 at each step, as torch's kernel: the rounding of the angle alone is worth 4e-7.
function boxMuller(values: Float32Array, start: number, mean: number, std: number): void {
  const { fround } = Math;
  for (let j = start; j < start + NORMAL_BLOCK / 2; j++) {
    const u1 = 1 - (values[j] as number);
    const u2 = values[j + NORMAL_BLOCK / 2] as number;
    const radius = fround(Math.sqrt(fround(-2 * fround(Math.log(u1)))));
    const angle = fround(TWO_PI * u2);
    values[j] = fround(radius * fround(Math.cos(angle))) * std + mean;
    values[j + NORMAL_BLOCK / 2] = fround(radius * fround(Math.sin(angle))) * std + mean;
  }
}

function checkedSeed(seed: number): number {
  if (!Number.isSafeInteger(seed)) {
    throw new ArgumentError(`Generator: expected the seed to be a safe integer, got ${seed}`);
  }
  return seed;
}

function checkedSize(method: string, size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new ArgumentError(
      `Generator.${method}: expected a size that is an integer from 0, got ${size}`,
    );
  }
  return size;
}

/**
 * The generator that initialisation, splits, shuffles and dropout use unless given another.
 *
 * @example
 * ```ts
 * defaultGenerator.manualSeed(0);
 * rand([2]); // => [0.4963, 0.7682]; what torch.rand(2) gives after torch.manual_seed(0)
 * ```
 */
export const defaultGenerator: Generator = new Generator(
  crypto.getRandomValues(new Uint32Array(1))[0],
);

/**
 * Seeds the default generator: everything random from here on repeats.
 *
 * @throws {ArgumentError} when the seed is not a safe integer.
 *
 * @example
 * ```ts
 * manualSeed(0);
 * randperm(5); // => Int32Array [4, 0, 1, 3, 2]
 * manualSeed(0);
 * randperm(5); // => Int32Array [4, 0, 1, 3, 2]
 * ```
 */
export function manualSeed(seed: number): Generator {
  return defaultGenerator.manualSeed(seed);
}
