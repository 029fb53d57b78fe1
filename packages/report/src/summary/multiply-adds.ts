/** A parameter's name in its module and its number of values. */
export interface Weights {
  readonly name: string;
  readonly size: number;
}

/**
 * Multiplications with a parameter, and additions of one, in a forward pass: counted as torchinfo 1.8
 * does (LayerInfo.calculate_macs), so that figures can be compared.
 *
 * A convolution's weights are used once for each place of the output; any other layer's `weight` and
 * `bias` once for each sample, which is too few for a Linear over more axes than the batch's.
 */
export function multiplyAdds(
  parameters: readonly Weights[],
  outputShape: readonly number[],
  isConvolution: boolean,
): number {
  // Channels last: torchinfo leaves out axis 1 of [n, c, h, w].
  const places = product(outputShape.slice(0, -1));
  const [batch = 1, steps = 1] = outputShape;
  let total = 0;
  for (const { name, size } of parameters) {
    if (name === "weight" || name === "bias") total += size * (isConvolution ? places : batch);
    else if (name.includes("weight") || name.includes("bias")) total += size * batch * steps;
  }
  return total;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
