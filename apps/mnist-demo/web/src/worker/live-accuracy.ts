import { Accuracy } from "@kindling/metrics";
import type { Metric } from "@kindling/trainer";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";

/** The accuracy of the pass, as ever, and that of the last few batches, for a curve. */
export class LiveAccuracy implements Metric<Tensor2D, Tensor1D> {
  readonly name = "accuracy";
  readonly higherIsBetter = true;
  readonly #pass = new Accuracy();
  readonly #recent = new Accuracy();
  #batches = 0;

  readonly update = (output: Tensor2D, labels: Tensor1D): void => {
    this.#pass.update(output, labels);
    this.#recent.update(output, labels);
    this.#batches++;
  };

  readonly compute = (): Promise<number> => this.#pass.compute();

  readonly reset = (): void => {
    this.#pass.reset();
    this.#recent.reset();
    this.#batches = 0;
  };

  /** Over the batches since it was last asked, 0..1; null when there were none. */
  async takeRecent(): Promise<number | null> {
    if (this.#batches === 0) return null;
    const share = await this.#recent.compute();
    this.#recent.reset();
    this.#batches = 0;
    return share;
  }
}
