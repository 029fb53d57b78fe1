import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { LOSS_REDUCTIONS } from "./cross-entropy-kernels.ts";
import { EPSILON, expectNear, integers, noise, seeds } from "./gather-test-blocks.ts";

const IGNORED = -100;

interface Problem {
  readonly rows: number;
  readonly classes: number;
  readonly scale: number;
  readonly smoothing: number;
  readonly weighted: boolean;
  readonly reduction: keyof typeof LOSS_REDUCTIONS;
  readonly seed: number;
}

const problems: fc.Arbitrary<Problem> = fc.record({
  rows: fc.nat(9),
  classes: fc.oneof(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1020, max: 1030 })),
  scale: fc.constantFrom(1, 20, 1e4),
  smoothing: fc.constantFrom(0, 0.1, 1),
  weighted: fc.boolean(),
  reduction: fc.constantFrom("none", "sum", "mean"),
  seed: seeds,
});

describe.each(BUILDS)("cross-entropy, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("losses and gradients, whatever the options", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        arena.reset();
        const { rows, classes, smoothing, weighted, seed } = problem;
        const reduction = LOSS_REDUCTIONS[problem.reduction];
        const logits = noise(seed, rows * classes, problem.scale);
        const labels = [...noise(seed + 2, rows)].map((value) =>
          value > 0.7 ? IGNORED : Math.floor(((value + 1) / 2) * classes),
        );
        const weights = noise(seed + 4, classes).map((value) => value + 1.5);
        const count = problem.reduction === "none" ? rows : 1;
        const upstream = noise(seed + 6, count);
        const x = arena.floats(logits);
        const y = integers(arena, labels);
        const w = weighted ? arena.floats(weights) : 0;
        const losses = arena.floats(count);
        const statistics = arena.floats(2 * rows);
        const unit = arena.floats(rows * classes);
        const dy = arena.floats(upstream);
        const dx = arena.floats(rows * classes);
        const { crossEntropy, crossEntropyGrad } = arena.kernels;
        const options = [rows, classes, IGNORED, smoothing, reduction] as const;
        expect(crossEntropy(x, y, w, losses, statistics, unit, ...options)).toBe(0);
        crossEntropyGrad(dy, x, y, w, statistics, dx, ...options);
        const expected = reference(problem, logits, labels, weighted ? weights : null);
        // Relative to the weights; a block's sum, the exponential and a few roundings. A logit of 1e4 has
        // its own rounding in x − max, which the exponential passes on.
        const each = (80 + problem.scale) * EPSILON * 3;
        const size = Math.max(1, ...expected.losses.map(Math.abs));
        expectNear("losses", arena.read(losses, count), expected.losses, size * each);
        expectNear("unit", arena.read(unit, rows * classes), expected.dx, each);
        const scaled = expected.dx.map(
          (value, i) => value * (upstream[count === 1 ? 0 : Math.floor(i / classes)] as number),
        );
        expectNear("dx", arena.read(dx, rows * classes), scaled, each);
        const again = arena.floats(count);
        crossEntropy(x, y, w, again, statistics, 0, ...options);
        expect([...arena.read(again, count)]).toEqual([...arena.read(losses, count)]);
        arena.checkCanaries();
      }),
      { numRuns: 300 },
    );
  });

  test("a label that is no class is reported, and nothing is written", () => {
    arena.reset();
    for (const wrong of [5, -1, -101, 2 ** 31 - 1, -(2 ** 31)]) {
      const x = arena.floats(new Float32Array(15));
      const y = integers(arena, [0, IGNORED, wrong]);
      const outputs = [3, 6, 15].map((size) => arena.floats(size));
      const [losses, statistics, dx] = outputs as [number, number, number];
      const status = arena.kernels.crossEntropy(
        ...([x, y, 0, losses, statistics, dx, 3, 5, IGNORED, 0, 0] as const),
      );
      expect(status).toBe(3);
      expect([...arena.read(dx, 15), ...arena.read(losses, 3)].every(Number.isNaN)).toBe(true);
    }
    arena.checkCanaries();
  });

  test("the mean over ignored rows alone is NaN, as in torch", () => {
    arena.reset();
    const losses = arena.floats(1);
    const statistics = arena.floats(2);
    const x = arena.floats([1, 2]);
    const y = integers(arena, [IGNORED]);
    arena.kernels.crossEntropy(x, y, 0, losses, statistics, 0, 1, 2, IGNORED, 0, 2);
    expect(arena.read(losses, 1)[0]).toBeNaN();
  });
});

function reference(
  { rows, classes, smoothing, reduction }: Problem,
  logits: Float32Array,
  labels: readonly number[],
  weights: Float32Array | null,
): { losses: number[]; dx: number[] } {
  const weight = (k: number) => (weights === null ? 1 : (weights[k] as number));
  const losses: number[] = [];
  const dx: number[] = [];
  let divisor = 0;
  for (let row = 0; row < rows; row++) {
    const own = [...logits.subarray(row * classes, (row + 1) * classes)];
    const label = labels[row] as number;
    const largest = Math.max(...own);
    const total = own.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    const logs = own.map((value) => value - largest - Math.log(total));
    const factors = own.map((_, k) => {
      if (label === IGNORED) return 0;
      return weight(k) * ((k === label ? 1 - smoothing : 0) + smoothing / classes);
    });
    const mass = factors.reduce((sum, value) => sum + value, 0);
    losses.push(-factors.reduce((sum, f, k) => sum + f * (f === 0 ? 0 : (logs[k] as number)), 0));
    dx.push(...factors.map((f, k) => mass * Math.exp(logs[k] as number) - f));
    if (label !== IGNORED) divisor += weight(label);
  }
  if (reduction === "none") return { losses, dx };
  const scale = reduction === "mean" ? divisor : 1;
  const loss = losses.reduce((sum, value) => sum + value, 0) / scale;
  return { losses: [loss], dx: dx.map((value) => (scale === 0 ? 0 : value / scale)) };
}
