import { Adam, type AdamOptions } from "./adam.ts";
import type { ParamSource } from "./param-groups.ts";

/** Adam's options, with a weight decay of 1e-2 unless given. */
export type AdamWOptions = Omit<AdamOptions, "decoupledWeightDecay">;

/**
 * Adam with decoupled weight decay, as `torch.optim.AdamW`: before each update `p *= 1 − lr · weightDecay`.
 *
 * @throws {ArgumentError} when an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = new AdamW(model.parameters(), { lr: 3e-4, weightDecay: 0.1 });
 * ```
 */
export class AdamW extends Adam {
  constructor(
    params: ParamSource<Required<AdamWOptions>>,
    { weightDecay = 1e-2, ...options }: AdamWOptions = {},
  ) {
    super(params, { ...options, weightDecay, decoupledWeightDecay: true });
  }

  override get name(): string {
    return "AdamW";
  }
}
