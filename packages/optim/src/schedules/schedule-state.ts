import { ArgumentError } from "@kindling/core";

type Value =
  | number
  | boolean
  | string
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

/** What a schedule saves: plain values under PyTorch's names. */
export type ScheduleStateDict = Readonly<Record<string, Value>>;

/** Values that are one a parameter group, under PyTorch's names. */
const PER_GROUP = ["base_lrs", "_last_lr"];

/**
 * A copy of what `saved` has of the names in `current`; other names are left out.
 *
 * @throws {ArgumentError} when one is missing or of another kind, or another number of groups was saved.
 */
export function checkedState<S extends ScheduleStateDict>(
  where: string,
  saved: ScheduleStateDict,
  current: S,
): S {
  const entries = Object.entries(current).map(([name, own]) => {
    const value = saved[name];
    if (value === undefined || kindOf(value) !== kindOf(own)) {
      throw new ArgumentError(
        `${where}: expected ${name} in the state to be like ${JSON.stringify(own)}, got ${JSON.stringify(value)}`,
      );
    }
    if (PER_GROUP.includes(name)) checkLength(where, value, own);
    return [name, structuredClone(value)];
  });
  return Object.fromEntries(entries) as S;
}

function checkLength(where: string, value: Value, own: Value): void {
  const [count, expected] = [value, own].map((list) => (list as readonly Value[]).length);
  if (count !== expected) {
    throw new ArgumentError(
      `${where}: expected a state of ${expected} parameter groups, got ${count}`,
    );
  }
}

function kindOf(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
