import type { EpochEndContext } from "./callback.ts";

/** An epoch in one line: `epoch 1/5 · trainLoss 0.3182 · valLoss 0.1093 · 12.4 s`. */
export function formatEpoch({ epoch, epochs, metrics, seconds }: EpochEndContext): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${formatValue(value)}`);
  return [epochTitle(epoch, epochs), ...values, `${seconds.toFixed(1)} s`].join(" · ");
}

/** `epoch 1/5`, or `epoch 1` when nobody knows how many. */
export function epochTitle(epoch: number, epochs: number): string {
  return Number.isFinite(epochs) ? `epoch ${epoch}/${epochs}` : `epoch ${epoch}`;
}

/** Four decimals, or three digits and an exponent where those would show nothing. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || !Number.isFinite(size) || (size >= 1e-3 && size < 1e6);
  return plain ? value.toFixed(4) : value.toExponential(2);
}
