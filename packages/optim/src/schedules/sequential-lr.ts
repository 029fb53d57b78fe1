import { ArgumentError } from "@kindling/core";
import { ChainedScheduler } from "./chained-scheduler.ts";
import { LRScheduler } from "./lr-scheduler.ts";
import { checkParts, loadParts } from "./parts.ts";
import { checkedState, type ScheduleStateDict } from "./schedule-state.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

type State = { _milestones: readonly number[] };

/**
 * Runs schedules one after the other, each from its own epoch 0, as `torch.optim.lr_scheduler.SequentialLR`.
 *
 * @param schedulers - made for this optimizer and not stepped.
 * @param milestones - the epochs at which the second, the third and so on take over, in order.
 *
 * @throws {ArgumentError} when the lists do not fit, a schedule is another optimizer's, or one that
 *   is made of schedules is not the first.
 *
 * @example
 * ```ts
 * const warmup = new LinearLR(optimizer, { startFactor: 0.01, totalIters: 5 });
 * const schedule = new SequentialLR(optimizer, [warmup, new CosineAnnealingLR(optimizer, 95)], [5]);
 * ```
 */
export class SequentialLR extends LRScheduler<State> {
  readonly #parts: readonly LRScheduler[];

  constructor(
    optimizer: ScheduledOptimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
  ) {
    super(optimizer, { _milestones: milestones });
    checkParts(this.name, schedulers, optimizer);
    checkOrder(this.name, schedulers, milestones);
    this.#parts = [...schedulers];
    this.lastEpoch = 0;
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    this.rewind();
    this.#partAt(0).start();
    this.noteLastLr();
  }

  override get name(): string {
    return "SequentialLR";
  }

  override step(): void {
    this.lastEpoch += 1;
    const part = this.#partAt(this.lastEpoch);
    if (this.state._milestones.includes(this.lastEpoch)) part.restart();
    else part.step();
    this.noteLastLr();
  }

  override rewind(): void {
    for (const part of this.#parts) part.rewind();
  }

  override stateDict(): ScheduleStateDict {
    return {
      _milestones: [...this.state._milestones],
      last_epoch: this.lastEpoch,
      _last_lr: [...this.lastLr],
      _schedulers: this.#parts.map((part) => part.stateDict()),
    };
  }

  override loadStateDict(dict: ScheduleStateDict): void {
    const { _schedulers: _, ...own } = this.stateDict();
    const saved = checkedState(this.name, dict, own);
    loadParts(this.name, this.#parts, dict._schedulers);
    this.state._milestones = saved._milestones as readonly number[];
    this.lastEpoch = saved.last_epoch as number;
    this.noteLastLr(saved._last_lr as readonly number[]);
  }

  protected override getLr(): number[] {
    return [...this.lastLr];
  }

  #partAt(epoch: number): LRScheduler {
    const passed = this.state._milestones.filter((milestone) => milestone <= epoch).length;
    return this.#parts[passed] as LRScheduler;
  }
}

function checkOrder(
  where: string,
  schedulers: readonly LRScheduler[],
  milestones: readonly number[],
): void {
  if (milestones.length !== schedulers.length - 1) {
    throw new ArgumentError(
      `${where}: expected ${schedulers.length - 1} milestones between ${schedulers.length} schedules, got ${milestones.length}`,
    );
  }
  if (milestones.some((milestone, i) => milestone < (milestones[i - 1] ?? 0))) {
    throw new ArgumentError(`${where}: expected milestones in order, got [${milestones}]`);
  }
  const container = schedulers.findIndex(
    (part, i) => i > 0 && (part instanceof SequentialLR || part instanceof ChainedScheduler),
  );
  if (container > 0) {
    throw new ArgumentError(
      `${where}: expected schedules that start anew after the first, got ${schedulers[container]?.name} at ${container}`,
    );
  }
}
