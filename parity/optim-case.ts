// What the tests of optimizers share: torch's state dicts as Kindling's, and a convolution's weight as it is stored.
import type { HostTensor, OptimizerStateDict } from "@kindling/optim";
import { type Tensor, tensor, tidy, transpose } from "@tensorflow/tfjs-core";
import type { FixtureTensor } from "./fixtures.ts";

export type Numbers = readonly number[];
export type TorchOptions = Readonly<Record<string, number | boolean | string | Numbers | null>>;
export interface TorchStateDict {
  readonly state: Readonly<Record<string, Readonly<Record<string, number | FixtureTensor>>>>;
  readonly param_groups: readonly (TorchOptions & { readonly params: Numbers })[];
}

/** A weight of rank 4 is stored [kh, kw, in, out]; torch's OIHW is these axes of it. */
export const LAYOUT: number[] = [3, 2, 0, 1];
const INVERSE = [2, 3, 1, 0];

/** Torch's values as a tensor in the stored layout. */
export function stored(values: Numbers, shape: readonly number[]): Tensor {
  return tidy(() => {
    const torch = tensor([...values], [...shape]);
    return shape.length === 4 ? transpose(torch, INVERSE) : torch;
  });
}

export function fromTorch({ state, param_groups }: TorchStateDict): OptimizerStateDict {
  const entries = Object.entries(state).map(([index, entry]) => [
    index,
    Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, host(value)])),
  ]);
  return { state: Object.fromEntries(entries), param_groups };
}

function host(value: number | FixtureTensor): number | HostTensor {
  if (typeof value === "number") return value;
  return { shape: value.shape, data: Float32Array.from(value.values), dtype: "float32" };
}

export function camelCase(options: TorchOptions): Record<string, never> {
  const entries = Object.entries(options).map(([name, value]) => [
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}
