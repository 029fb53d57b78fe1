import fc from "fast-check";
import { describe, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, noise, seeds } from "./gather-test-blocks.ts";
import {
  batchNormApplyScratch,
  batchNormGradScratch,
  layerNormGradScratch,
} from "./normalization-kernels.ts";

const EPS = 1e-3;
const shapes = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 2500 })),
    fc.oneof(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1020, max: 1030 })),
  )
  .filter(([rows, c]) => rows * c < 60_000);

// Values are about 1 wide; a sum of k of them is off by less than k roundings, a mean by less than that
// over k: what is left is the blocks' length. The inverse deviation, at most 1 / √EPS ≈ 32, multiplies it.
const NORMALIZED = 300 * EPSILON * 32;

interface Problem {
  readonly rows: number;
  readonly c: number;
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

const problems = fc.tuple(shapes, seeds, fc.constantFrom(0, 3)).map(
  ([[rows, c], seed, offset]): Problem => ({
    rows,
    c,
    x: noise(seed, rows * c).map((value) => value + offset),
    dy: noise(seed + 2, rows * c),
    gamma: noise(seed + 4, c).map((value) => value + 1.5),
    beta: noise(seed + 6, c),
  }),
);

describe.each(BUILDS)("normalization, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("BatchNorm: statistics, result and gradients", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        arena.reset();
        const { rows, c } = problem;
        const size = rows * c;
        const [x, dy, gamma, beta] = [problem.x, problem.dy, problem.gamma, problem.beta].map(
          (values) => arena.floats(values),
        ) as [number, number, number, number];
        const [mean, variance, dgamma, dbeta] = [c, c, c, c].map((n) => arena.floats(n)) as [
          ...[number, number, number, number],
        ];
        const [y, dx] = [arena.floats(size), arena.floats(size)];
        const forward = arena.floats(batchNormApplyScratch(c));
        const backward = arena.floats(batchNormGradScratch(c));
        const { kernels } = arena;
        kernels.batchNormStatistics(x, mean, variance, rows, c);
        kernels.batchNormApply(x, y, mean, variance, gamma, beta, forward, rows, c, EPS);
        kernels.batchNormGrad(
          ...([dy, x, mean, variance, gamma, dx, dgamma, dbeta, backward, rows, c, EPS] as const),
        );
        const places = (k: number) => Array.from({ length: rows }, (_, row) => row * c + k);
        const expected = reference(
          problem,
          Array.from({ length: c }, (_, k) => places(k)),
        );
        expectNear("mean", arena.read(mean, c), expected.means, 600 * EPSILON);
        expectNear("variance", arena.read(variance, c), expected.variances, 600 * EPSILON);
        expectNear("y", arena.read(y, size), expected.y, 4 * NORMALIZED);
        expectNear("dx", arena.read(dx, size), expected.dx, 32 * 4 * NORMALIZED);
        expectNear("dgamma", arena.read(dgamma, c), expected.dgamma, rows * NORMALIZED);
        expectNear("dbeta", arena.read(dbeta, c), expected.dbeta, rows * 300 * EPSILON);
        arena.checkCanaries();
      }),
    );
  });

  test("LayerNorm: result and gradients", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        arena.reset();
        const { rows, c } = problem;
        const size = rows * c;
        const [x, dy, gamma, beta] = [problem.x, problem.dy, problem.gamma, problem.beta].map(
          (values) => arena.floats(values),
        ) as [number, number, number, number];
        const [y, dx, plain] = [size, size, size].map((n) => arena.floats(n)) as [
          ...[number, number, number],
        ];
        const [dgamma, dbeta] = [arena.floats(c), arena.floats(c)];
        const statistics = arena.floats(2 * rows);
        const scratch = arena.floats(layerNormGradScratch(c));
        const { kernels } = arena;
        kernels.layerNorm(x, y, gamma, beta, statistics, rows, c, EPS);
        kernels.layerNormGrad(dy, x, gamma, statistics, dx, dgamma, dbeta, scratch, rows, c);
        const expected = reference(
          problem,
          Array.from({ length: rows }, (_, row) =>
            Array.from({ length: c }, (_, k) => row * c + k),
          ),
        );
        expectNear("y", arena.read(y, size), expected.y, 4 * NORMALIZED);
        expectNear("dx", arena.read(dx, size), expected.dx, 32 * 4 * NORMALIZED);
        expectNear("dgamma", arena.read(dgamma, c), expected.dgamma, rows * NORMALIZED);
        expectNear("dbeta", arena.read(dbeta, c), expected.dbeta, rows * 300 * EPSILON);
        kernels.layerNormGrad(dy, x, gamma, statistics, plain, 0, 0, 0, rows, c);
        expectNear("dx alone", arena.read(plain, size), arena.read(dx, size), 0);
        kernels.layerNorm(x, plain, 0, 0, statistics, rows, c, EPS);
        expectNear("plain", arena.read(plain, size), expected.normal, NORMALIZED);
        arena.checkCanaries();
      }),
    );
  });

  test("a variance far below the mean's square survives", () => {
    arena.reset();
    const rows = 50_000;
    const values = noise(5, rows * 3).map((value) => 1000 + value);
    const [mean, variance] = [arena.floats(3), arena.floats(3)];
    arena.kernels.batchNormStatistics(arena.floats(values), mean, variance, rows, 3);
    for (let k = 0; k < 3; k++) {
      const own = values.filter((_, i) => i % 3 === k);
      const centre = own.reduce((total, value) => total + value, 0) / rows;
      const expected = own.reduce((total, value) => total + (value - centre) ** 2, 0) / rows;
      // Σx² − mean² in float32 would be off by 0.06.
      expectNear("variance", [arena.read(variance, 3)[k] as number], [expected], 1e-4 * expected);
    }
  });

  test("no rows and no channels write nothing wild", () => {
    arena.reset();
    const block = arena.floats(2);
    const { kernels } = arena;
    kernels.batchNormStatistics(block, block, block, 0, 0);
    kernels.batchNormApply(block, block, block, block, 0, 0, block, 0, 0, EPS);
    kernels.batchNormGrad(block, block, block, block, 0, block, block, block, block, 0, 0, EPS);
    kernels.layerNorm(block, block, 0, 0, block, 0, 3, EPS);
    kernels.layerNormGrad(block, block, 0, block, block, 0, 0, 0, 0, 3);
    arena.checkCanaries();
  });
});

// Each group of places is normalized; gamma, beta and their gradients go by column.
function reference({ c, x, dy, gamma, beta }: Problem, groups: readonly (readonly number[])[]) {
  const [normal, y, dx] = [x, x, x].map(({ length }) => new Float64Array(length)) as [
    ...[Float64Array, Float64Array, Float64Array],
  ];
  const [dgamma, dbeta] = [new Float64Array(c), new Float64Array(c)];
  const means: number[] = [];
  const variances: number[] = [];
  for (const places of groups) {
    const average = (f: (at: number) => number) =>
      places.reduce((total, at) => total + f(at), 0) / places.length;
    const mean = average((at) => x[at] as number);
    const variance = average((at) => ((x[at] as number) - mean) ** 2);
    const r = 1 / Math.sqrt(variance + EPS);
    const hat = (at: number) => ((x[at] as number) - mean) * r;
    const g = (at: number) => (dy[at] as number) * (gamma[at % c] as number);
    const slope = average((at) => g(at) * hat(at));
    const shift = average(g);
    for (const at of places) {
      const k = at % c;
      normal[at] = hat(at);
      y[at] = hat(at) * (gamma[k] as number) + (beta[k] as number);
      dx[at] = r * (g(at) - shift - hat(at) * slope);
      dgamma[k] = (dgamma[k] as number) + (dy[at] as number) * hat(at);
      dbeta[k] = (dbeta[k] as number) + (dy[at] as number);
    }
    means.push(mean);
    variances.push(variance);
  }
  return { means, variances, normal, y, dx, dgamma, dbeta };
}
