import { ArgumentError } from "./errors.ts";

const SIZE = 624;
const SHIFT = 397;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;
const MATRIX = 0x9908b0df;

/** mt19937 (Matsumoto and Nishimura, 1998): 32-bit outputs, seeded as torch and C++ do. */
export class MersenneTwister {
  #words: Uint32Array = new Uint32Array(SIZE);
  #index = SIZE;

  /** @param seed - an integer; its low 32 bits in two's complement are used. */
  constructor(seed: number) {
    const words = this.#words;
    words[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < SIZE; i++) {
      const previous = words[i - 1] as number;
      words[i] = Math.imul(previous ^ (previous >>> 30), 1812433253) + i;
    }
  }

  static fromState(words: ArrayLike<number>, index: number): MersenneTwister {
    if (words.length !== SIZE || !Number.isInteger(index) || index < 0 || index > SIZE) {
      throw new ArgumentError(
        `Generator.setState: expected ${SIZE} words and an index from 0 to ${SIZE}, ` +
          `got ${words.length} words and index ${index}`,
      );
    }
    const engine = new MersenneTwister(0);
    engine.#words = Uint32Array.from(words);
    engine.#index = index;
    return engine;
  }

  getState(): { readonly words: Uint32Array; readonly index: number } {
    return { words: this.#words.slice(), index: this.#index };
  }

  next(): number {
    if (this.#index === SIZE) this.#refill();
    let y = this.#words[this.#index++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #refill(): void {
    const words = this.#words;
    for (let i = 0; i < SIZE; i++) {
      const y = ((words[i] as number) & UPPER) | ((words[(i + 1) % SIZE] as number) & LOWER);
      words[i] = (words[(i + SHIFT) % SIZE] as number) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : MATRIX);
    }
    this.#index = 0;
  }
}
