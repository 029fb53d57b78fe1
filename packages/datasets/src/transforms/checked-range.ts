import { ArgumentError } from "@kindling/core";

/**
 * A range of random values; a number alone means from its negative to itself.
 *
 * @throws {ArgumentError} when an end is not finite, or the range runs backwards.
 */
export function checkedRange(
  where: string,
  name: string,
  range: number | readonly [from: number, to: number],
): readonly [from: number, to: number] {
  const [from, to] = typeof range === "number" ? [-range, range] : range;
  if (!Number.isFinite(from) || !Number.isFinite(to) || from > to) {
    throw new ArgumentError(
      `${where}: expected ${name} to be a finite number from 0 or a range [from, to], ` +
        `got [${from}, ${to}]`,
    );
  }
  return [from, to];
}
