import { ArgumentError } from "@kindling/core";

/** @throws {ArgumentError} when the count is not an integer from `minimum`. */
export function checkedCount(where: string, name: string, count: number, minimum = 1): number {
  if (!Number.isSafeInteger(count) || count < minimum) {
    throw new ArgumentError(
      `${where}: expected ${name} to be an integer from ${minimum}, got ${count}`,
    );
  }
  return count;
}
