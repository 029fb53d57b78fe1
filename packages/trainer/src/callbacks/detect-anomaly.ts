import type { Callback } from "../callback.ts";
import type { NamedParameters, WatchedOptimizer } from "./non-finite.ts";
import { nonFiniteStop } from "./stop-on-nan.ts";

/**
 * Looks at the loss, every gradient and every parameter after each step, and ends the run at the first
 * that is not finite, by its name, with the module whose output was the first to be so: what PyTorch's
 * `detect_anomaly` is for. To find a fault, not to train with: each step waits for the device.
 *
 * It sees outputs of modules and gradients of parameters, not what lies between, and the step that it
 * tells of is done. Put it before a callback that clips gradients.
 *
 * @throws {NonFiniteLossError} in `fit`.
 * @throws {NonFiniteWeightError} in `fit`, when the loss is still finite.
 *
 * @example
 * ```ts
 * const search = detectAnomaly(model, optimizer);
 * await new Trainer({ model, loss, optimizer, callbacks: [search] }).fit(loader, { epochs: 1 });
 * ```
 */
export function detectAnomaly(model: NamedParameters, optimizer: WatchedOptimizer): Callback {
  return nonFiniteStop("detectAnomaly", { every: 1, model, optimizer });
}
