/** `f`, called at most every so often, and for the last fraction, 1. */
export function throttled(
  f: (fraction: number) => void,
  everyMs: number = 100,
): (fraction: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (fraction) => {
    if (performance.now() - last < everyMs && fraction < 1) return;
    last = performance.now();
    f(fraction);
  };
}
