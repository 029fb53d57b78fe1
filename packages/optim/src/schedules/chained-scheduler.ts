import { LRScheduler } from "./lr-scheduler.ts";
import { checkParts, loadParts } from "./parts.ts";
import { checkedState, type ScheduleStateDict } from "./schedule-state.ts";

/**
 * Steps several schedules together, each on what the one before made of the rates, as
 * `torch.optim.lr_scheduler.ChainedScheduler`.
 *
 * @throws {ArgumentError} when there are none or they are of several optimizers.
 *
 * @example
 * ```ts
 * const schedule = new ChainedScheduler([
 *   new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 }),
 *   new ExponentialLR(optimizer, 0.9),
 * ]);
 * ```
 */
export class ChainedScheduler extends LRScheduler {
  readonly #parts: readonly LRScheduler[];

  constructor(schedulers: readonly LRScheduler[]) {
    const optimizer = schedulers[0]?.optimizer;
    checkParts("ChainedScheduler", schedulers, optimizer);
    super(optimizer, {});
    this.#parts = [...schedulers];
  }

  override get name(): string {
    return "ChainedScheduler";
  }

  override step(): void {
    for (const part of this.#parts) part.step();
    this.noteLastLr();
  }

  override rewind(): void {
    for (const part of this.#parts) part.rewind();
  }

  override stateDict(): ScheduleStateDict {
    return {
      _last_lr: [...this.lastLr],
      _schedulers: this.#parts.map((part) => part.stateDict()),
    };
  }

  override loadStateDict(dict: ScheduleStateDict): void {
    const saved = checkedState(this.name, dict, { _last_lr: this.lastLr });
    loadParts(this.name, this.#parts, dict._schedulers);
    this.noteLastLr(saved._last_lr);
  }

  protected override getLr(): number[] {
    return [...this.lastLr];
  }
}
