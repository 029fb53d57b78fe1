import { ArgumentError } from "@kindling/core";

/** What schedules read and write of a parameter group. */
export interface ScheduledGroup {
  /** The current learning rate; schedules write it. */
  lr: number;
  /** The rate before any schedule; the first schedule of an optimizer notes it here. */
  initialLr?: number;
  /** What {@link OneCycleLR} and {@link CyclicLR} move against the rate; absent without momentum. */
  momentum?: number;
  /** Instead of a momentum: the first is moved. Absent where the optimizer has none. */
  betas?: readonly [number, number];
  /** Noted by {@link OneCycleLR}: the highest rate. Absent before. */
  maxLr?: number;
  /** Noted by {@link OneCycleLR}: the last rate. Absent before. */
  minLr?: number;
  /** Noted by {@link OneCycleLR} and {@link CyclicLR}: the momentum at the lowest rate. Absent before. */
  maxMomentum?: number;
  /** Noted by {@link OneCycleLR} and {@link CyclicLR}: the momentum at the highest rate. Absent before. */
  baseMomentum?: number;
}

/** An optimizer: anything with groups that have a learning rate. */
export interface ScheduledOptimizer {
  /** Rates given one a group are in this order. */
  readonly paramGroups: readonly ScheduledGroup[];
}

/** One number for all groups, or one each. */
export type PerGroup = number | readonly number[];

/** @throws {ArgumentError} when it is a list of another length than there are groups. */
export function perGroup(
  where: string,
  option: string,
  value: PerGroup,
  { paramGroups }: ScheduledOptimizer,
): number[] {
  if (typeof value === "number") return paramGroups.map(() => value);
  if (value.length !== paramGroups.length) {
    throw new ArgumentError(
      `${where}: expected ${option} for ${paramGroups.length} parameter groups, got ${value.length}`,
    );
  }
  return [...value];
}

/**
 * Whether a group's momentum is the first of its `betas` or its `momentum`.
 *
 * @throws {ArgumentError} when the optimizer has neither.
 */
export function usesBeta1(where: string, { paramGroups }: ScheduledOptimizer): boolean {
  const [first] = paramGroups;
  if (first?.betas !== undefined) return true;
  if (first?.momentum !== undefined) return false;
  throw new ArgumentError(
    `${where}: expected an optimizer with momentum or betas, got one without; pass cycleMomentum: false`,
  );
}

export function setMomentum(group: ScheduledGroup, useBeta1: boolean, momentum: number): void {
  if (useBeta1) group.betas = [momentum, group.betas?.[1] as number];
  else group.momentum = momentum;
}
