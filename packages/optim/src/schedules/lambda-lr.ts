import { type LrLambda, lambdasOf } from "./lr-lambda.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** The functions themselves are not saved; PyTorch's states have a list in their place. */
type State = { lr_lambdas: readonly null[] };

/**
 * Sets each group's rate to its first one times a function of the epoch, as `torch.optim.lr_scheduler.LambdaLR`.
 *
 * @param lrLambda - one for all groups, or one each. It is not in the state dict.
 *
 * @throws {ArgumentError} when there are more or fewer functions than groups.
 *
 * @example
 * ```ts
 * const schedule = new LambdaLR(optimizer, (epoch) => 1 / (1 + epoch));
 * ```
 */
export class LambdaLR extends LRScheduler<State> {
  readonly #lambdas: readonly LrLambda[];

  constructor(optimizer: ScheduledOptimizer, lrLambda: LrLambda | readonly LrLambda[]) {
    super(optimizer, { lr_lambdas: optimizer.paramGroups.map(() => null) });
    this.#lambdas = lambdasOf(this.name, lrLambda, optimizer);
    this.start();
  }

  override get name(): string {
    return "LambdaLR";
  }

  protected override getLr(): number[] {
    return this.#lambdas.map((of, i) => (this.baseLrs[i] as number) * of(this.lastEpoch));
  }
}
