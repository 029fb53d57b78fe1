import { memory, type Tensor } from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Reads a tensor's values in row-major order. For tests: it waits for the device. */
export function values(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync());
}

export interface CloseOptions {
  /** Largest difference allowed, relative to the larger of 1 and the expected value. @defaultValue 1e-6 */
  tolerance?: number;
  /** Said when it fails. */
  title?: string;
}

/** Fails unless every value is within the tolerance; NaN and infinities must be equal. */
export function expectClose(
  received: Tensor | ArrayLike<number>,
  expected: Tensor | ArrayLike<number>,
  { tolerance = 1e-6, title = "values" }: CloseOptions = {},
): void {
  const a = toArray(received);
  const b = toArray(expected);
  expect(a.length, `${title}: number of values`).toBe(b.length);
  let worst = -1;
  let worstError = tolerance;
  for (let i = 0; i < a.length; i++) {
    const error = difference(a[i] as number, b[i] as number);
    if (!(error <= worstError)) {
      worst = i;
      worstError = error;
    }
  }
  if (worst >= 0) {
    expect.fail(
      `${title}: expected ${b[worst]} at ${worst} of ${a.length}, got ${a[worst]} ` +
        `(off by ${worstError}, tolerance ${tolerance})`,
    );
  }
}

function difference(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const error = Math.abs(a - b) / Math.max(1, Math.abs(b));
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

function toArray(source: Tensor | ArrayLike<number>): ArrayLike<number> {
  return "dataSync" in source ? source.dataSync() : source;
}

/**
 * Fails when `work` leaves more or fewer tensors behind than `made`.
 *
 * @param made - how many tensors `work` hands to its caller.
 */
export async function expectTensors<T>(
  work: () => T | Promise<T>,
  made: number = 0,
): Promise<Awaited<T>> {
  const before = memory();
  const result = await work();
  const after = memory();
  expect(after.numTensors - before.numTensors, "tensors left behind").toBe(made);
  if (made === 0) expect(after.numBytes - before.numBytes, "bytes left behind").toBe(0);
  return result;
}
