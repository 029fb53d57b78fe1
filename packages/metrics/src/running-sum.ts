import { NotComputableError } from "@kindling/core";
import { add, keep, type ShapeMap, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";

/** A sum in ordinary memory; null before there is one. */
export type RunningSumState = {
  readonly shape: readonly number[];
  readonly data: Int32Array;
} | null;

/** What a share of rows has gathered. */
export interface ShareState {
  readonly sum: RunningSumState;
  readonly rows: number;
}

/**
 * A sum of tensors of one shape that stays on the device.
 *
 * For counts in int32: exact to 2³¹ − 1, where float32 stops counting at 2²⁴.
 */
export class RunningSum<T extends Tensor = Tensor> {
  #total: T | null = null;

  /** Adds what `part` makes, a tensor of its own. When it throws, the sum is as before. */
  add(part: () => T): void {
    const previous = this.#total;
    this.#total = tidy(() => keep(previous === null ? part() : add<T>(previous, part())));
    previous?.dispose();
  }

  /** Adds another sum, which stays as it is. */
  merge(other: RunningSum<T>): void {
    const total = other.#total;
    if (total !== null) this.add(() => total.clone());
  }

  /**
   * The sum; it belongs to this object.
   *
   * @throws {NotComputableError} when nothing has been added.
   */
  total(where: string): T {
    if (this.#total === null) {
      throw new NotComputableError(
        `${where}: expected at least one sample before compute, got none; call update first`,
      );
    }
    return this.#total;
  }

  /** One read; what the sum is at the call. */
  async state(): Promise<RunningSumState> {
    const total = this.#total?.clone();
    if (total === undefined) return null;
    try {
      return { shape: total.shape, data: Int32Array.from(await total.data()) };
    } finally {
      total.dispose();
    }
  }

  /** Goes on from a state. */
  restore(state: RunningSumState): void {
    this.dispose();
    if (state === null) return;
    const shape = [...state.shape] as ShapeMap[keyof ShapeMap];
    this.#total = keep(tensor(state.data, shape, "int32")) as T;
  }

  /** Back to nothing. */
  dispose(): void {
    this.#total?.dispose();
    this.#total = null;
  }
}
