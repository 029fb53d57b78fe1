import { setTimeout } from "node:timers/promises";
import type { Child, Request } from "./child.ts";
import { BASELINE } from "./contenders.ts";

export interface RaceOptions {
  readonly rounds: number;
  /** How long each contender runs to warm up, and then in each round: one repeat at least. */
  readonly warmUpMs: number;
  readonly roundMs: number;
}

/** By contender. */
export interface Race {
  /** Medians over the rounds. */
  readonly ms: Record<string, number>;
  /** Medians of the time divided by the baseline's in the same round, which outlasts a machine's moods. */
  readonly ratio: Record<string, number>;
  /** Why it cannot. */
  readonly errors: Record<string, string>;
}

/** What takes longer is timed once, after the run that warms it up. */
const SLOW_MS = 1000;
const MAX_REPEATS = 2000;
/** For the one before to end what it still does in the background, such as collecting garbage. */
const PAUSE_MS = 50;

/**
 * Times a task on every child, in turns. Their order changes from round to round: after one that leaves caches
 * cold and threads at work, the next is up to twice as slow.
 */
export async function race(
  children: readonly Child[],
  task: Omit<Request, "repeats">,
  { rounds, warmUpMs, roundMs }: RaceOptions,
): Promise<Race> {
  const errors: Record<string, string> = {};
  const times = new Map<Child, number[]>();
  const repeats = new Map<Child, number>();

  async function time(child: Child, count: number): Promise<number> {
    await setTimeout(PAUSE_MS);
    const { ms, error = "no time" } = await child.ask({ ...task, repeats: count } as Request);
    if (ms === undefined) errors[child.name] = error;
    return ms ?? Number.NaN;
  }
  const fitting = (available: number, ms: number): number =>
    Math.min(MAX_REPEATS, Math.max(1, Math.round(available / ms)));

  for (const child of children) {
    const first = await time(child, 1);
    if (Number.isNaN(first)) continue;
    const warm = await time(child, fitting(warmUpMs, first));
    repeats.set(child, fitting(roundMs, warm));
    times.set(child, warm > SLOW_MS ? [warm] : []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [child, samples] of shuffled(times)) {
      if ((samples[0] ?? 0) > SLOW_MS) continue;
      samples.push(await time(child, repeats.get(child) as number));
    }
  }

  const baseline = [...times].find(([{ name }]) => name === BASELINE)?.[1] ?? [];
  const summary: Race = { ms: {}, ratio: {}, errors };
  for (const [{ name }, samples] of times) {
    if (errors[name] !== undefined) continue;
    summary.ms[name] = rounded(median(samples));
    if (baseline.length === 0) continue;
    const beside = samples.length === rounds ? baseline : [median(baseline)];
    const ratios = samples.map((ms, round) => ms / (beside[round] as number));
    summary.ratio[name] = rounded(median(ratios));
  }
  return summary;
}

function shuffled<T>(items: Iterable<T>): T[] {
  const keyed = Array.from(items, (item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** To four significant digits: no measurement here has more. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
