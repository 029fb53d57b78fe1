import { ArgumentError } from "@kindling/core";
import { tidy } from "@tensorflow/tfjs-core";
import type { Metric } from "./interfaces.ts";
import { refusedState } from "./refused-state.ts";

/** The trainer's metrics under their keys. One phase, a training epoch or an evaluation, uses them at a time. */
export class MetricSet<Output, Target> {
  readonly #metrics: readonly (readonly [string, Metric<Output, Target>])[];
  #phase: string | null = null;
  /** Keys of metrics that miss the batches before a resumed run. */
  readonly #incomplete = new Set<string>();

  constructor(metrics: Readonly<Record<string, Metric<Output, Target>>>) {
    if ("loss" in metrics) {
      throw new ArgumentError(
        'Trainer: expected a metric key other than "loss", got "loss"; the loss is always reported',
      );
    }
    this.#metrics = Object.entries(metrics);
  }

  /** Starts a phase from empty metrics. @throws {ArgumentError} while another one runs. */
  start(phase: string): void {
    if (this.#phase !== null) {
      throw new ArgumentError(
        `Trainer.${phase}: expected nothing else to be running, got a running ${this.#phase}; ` +
          "await it first, or evaluate in onEpochEnd",
      );
    }
    this.#phase = phase;
    this.#incomplete.clear();
    for (const [, metric] of this.#metrics) metric.reset();
  }

  end(): void {
    this.#phase = null;
  }

  get isEmpty(): boolean {
    return this.#metrics.length === 0;
  }

  update(output: Output, target: Target): void {
    for (const [, metric] of this.#metrics) tidy(() => metric.update(output, target));
  }

  async compute(): Promise<Record<string, number>> {
    const results: Record<string, number> = {};
    for (const [key, metric] of this.#metrics) {
      results[key] = this.#incomplete.has(key) ? Number.NaN : await metric.compute();
    }
    return results;
  }

  /** What {@link restore} goes on from, of the metrics that can say it. */
  async state(): Promise<Record<string, unknown>> {
    const states: Record<string, unknown> = {};
    for (const [key, metric] of this.#metrics) {
      if (metric.state !== undefined) states[key] = await metric.state();
    }
    return states;
  }

  /** A metric without a state cannot know the batches before: in this phase it is NaN, and not a part of the truth. */
  restore(states: Readonly<Record<string, unknown>>): void {
    for (const [key, metric] of this.#metrics) {
      if (metric.restore === undefined || !Object.hasOwn(states, key)) {
        this.#incomplete.add(key);
        continue;
      }
      try {
        tidy(() => metric.restore?.(states[key] as never));
      } catch (cause) {
        throw refusedState(`restore of metric "${key}"`, cause);
      }
    }
  }

  /** Which way is better, by key, with the loss. */
  directions(): Record<string, boolean | null> {
    const entries = this.#metrics.map(([key, metric]) => [key, metric.higherIsBetter] as const);
    return { loss: false, ...Object.fromEntries(entries) };
  }
}
