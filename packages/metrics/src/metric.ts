/**
 * A value that accumulates over batches.
 *
 * The running state stays on the device: `update` never waits for it, and `compute` is the one read. It is
 * made by the first update that has samples, so a metric may be constructed before a backend is selected.
 *
 * @typeParam Output - what the model returned.
 * @typeParam Target - what it should have returned; for {@link Mean}, the weight.
 */
export interface Metric<Output, Target, Value = number> {
  /** The word for it in logs. */
  readonly name: string;
  /** Which way is better; null where neither is. */
  readonly higherIsBetter: boolean | null;
  /** Adds a batch of any size. Keeps neither tensor. */
  update(output: Output, target: Target): void;
  /**
   * The value over all batches since `reset`; may be asked at any time, also again.
   *
   * @throws {NotComputableError} (rejects) before there was a sample.
   */
  compute(): Promise<Value>;
  /** Forgets everything and frees the state; the metric may be used again. */
  reset(): void;
  /** The same as `reset`, under the name that owners of tensors look for. */
  dispose(): void;
  /** What it has gathered, to go on from later: one read. Numbers, null and typed arrays. */
  state(): Promise<unknown>;
  /** Goes on from what `state` of a metric of the same options gave. */
  restore(state: never): void;
  /** Adds the samples of another metric of the same kind and options, as of a parallel run. */
  merge(other: Metric<Output, Target, Value>): void;
}
