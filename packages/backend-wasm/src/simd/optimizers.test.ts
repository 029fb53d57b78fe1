import fc from "fast-check";
import { describe, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, noise, seeds } from "./gather-test-blocks.ts";

const { fround } = Math;
// Values are below 4 and a step is about ten operations.
const TOLERANCE = 4 * 10 * EPSILON;

describe.each(BUILDS)("optimizer steps, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("sgdStep follows the formula of fused.ts", () => {
    fc.assert(
      fc.property(
        ...([fc.nat(23), seeds, fc.boolean(), fc.boolean(), fc.boolean()] as const),
        fc.constantFrom(0, 0.1),
        (size, seed, withMomentum, nesterov, maximize, weightDecay) => {
          arena.reset();
          const [p, g, b] = [0, 2, 4].map((offset) => noise(seed + offset, size)) as [
            Float32Array,
            Float32Array,
            Float32Array,
          ];
          const blocks = [p, g, b].map((values) => arena.floats(values)) as [
            number,
            number,
            number,
          ];
          const sign = maximize ? -1 : 1;
          const buffer = withMomentum ? blocks[2] : 0;
          arena.kernels.sgdStep(
            ...([blocks[0], blocks[1], buffer, size, 0.3, 0.9, 0.7, weightDecay, sign] as const),
            Number(nesterov),
          );
          const gradients = Array.from(
            g,
            (value, i) => sign * value + fround(weightDecay) * (p[i] as number),
          );
          const next = withMomentum
            ? gradients.map((value, i) => fround(0.9) * (b[i] as number) + fround(0.7) * value)
            : [...b];
          const directions = gradients.map((value, i) => {
            if (!withMomentum) return value;
            return nesterov ? value + fround(0.9) * (next[i] as number) : (next[i] as number);
          });
          const expected = directions.map((value, i) => (p[i] as number) - fround(0.3) * value);
          expectNear("p", arena.read(blocks[0], size), expected, TOLERANCE);
          expectNear("b", arena.read(blocks[2], size), next, TOLERANCE);
          expectNear("g", arena.read(blocks[1], size), g, 0);
          arena.checkCanaries();
        },
      ),
    );
  });

  test("adamStep follows the formula of fused.ts: Adam, AdamW, amsgrad, maximize", () => {
    fc.assert(
      fc.property(
        ...([fc.nat(23), seeds, fc.boolean(), fc.boolean(), fc.boolean()] as const),
        fc.constantFrom(0, 0.1),
        (size, seed, amsgrad, maximize, decoupled, weightDecay) => {
          arena.reset();
          const start = [0, 2, 4, 6, 8].map((offset) => noise(seed + offset, size));
          // Second moments are not negative.
          for (const kind of [3, 4]) start[kind] = (start[kind] as Float32Array).map(Math.abs);
          const blocks = start.map((values) => arena.floats(values));
          const [p, g, m, v, largest] = start as [
            ...[Float32Array, Float32Array, Float32Array],
            ...[Float32Array, Float32Array],
          ];
          const sign = maximize ? -1 : 1;
          const shrink = decoupled ? fround(1 - 0.01 * weightDecay) : 1;
          const penalty = decoupled ? 0 : fround(weightDecay);
          arena.kernels.adamStep(
            ...(blocks.slice(0, 4) as [number, number, number, number]),
            amsgrad ? (blocks[4] as number) : 0,
            ...([size, sign, shrink, penalty, 0.1, 0.999, 0.001, 1e-8, 0.02, 0.5] as const),
          );
          const expected = start.map((values) => [...values]);
          for (let i = 0; i < size; i++) {
            const value = (p[i] as number) * shrink;
            const gradient = sign * (g[i] as number) + penalty * value;
            const mean = (m[i] as number) + (gradient - (m[i] as number)) * fround(0.1);
            const square = (v[i] as number) * fround(0.999) + gradient ** 2 * fround(0.001);
            const bound = amsgrad ? Math.max(largest[i] as number, square) : square;
            const step = (fround(0.02) * mean) / (Math.sqrt(bound) / 0.5 + fround(1e-8));
            for (const [kind, result] of [value - step, g[i], mean, square, bound].entries()) {
              if (kind < 4 || amsgrad) (expected[kind] as number[])[i] = result as number;
            }
          }
          for (const [kind, values] of expected.entries()) {
            // A step divides by a root that may be small.
            const allowed = (i: number) =>
              kind === 0
                ? TOLERANCE * (1 + Math.abs((values[i] as number) - (p[i] as number)))
                : TOLERANCE;
            expectNear(`array ${kind}`, arena.read(blocks[kind] as number, size), values, allowed);
          }
          arena.checkCanaries();
        },
      ),
    );
  });
});
