/** Whether `version` comes before `other`, number by number: 2.9 is older than 2.12, and 2.20 is not older than 2.20.0. */
export function isOlder(version: string, other: string): boolean {
  const [a, b] = [numbers(version), numbers(other)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

// Of 2.21.0rc1, those of 2.21.0.
function numbers(version: string): number[] {
  return (/^[\d.]*\d/.exec(version)?.[0] ?? "0").split(".").map(Number);
}
