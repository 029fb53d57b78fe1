import { ArgumentError } from "@kindling/core";

export type FanMode = "fanIn" | "fanOut";

/**
 * How many inputs each output of a weight has, and the reverse, from its shape in PyTorch's layout.
 *
 * @throws {ArgumentError} for fewer than two axes.
 */
export function fans(torchShape: readonly number[]): { fanIn: number; fanOut: number } {
  const [outputs, inputs] = torchShape;
  if (outputs === undefined || inputs === undefined) {
    throw new ArgumentError(
      `init: expected a weight of two or more axes, got [${torchShape.join(", ")}]`,
    );
  }
  const field = torchShape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** The bound of torch's default for weights, `kaiming_uniform(a = √5)`, in its order of operations. */
export function defaultBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return fanIn === 0 ? 0 : Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}
