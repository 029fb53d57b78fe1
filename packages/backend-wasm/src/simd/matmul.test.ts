import fc from "fast-check";
import { describe, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { addProduct, emptySums, expectSums, randomFloats } from "./convolution-reference.ts";
import { MATMUL_SCRATCH_FLOATS } from "./matmul-kernels.ts";

/** Four standard deviations of 1,568 roundings of sums around 30. */
const TYPICAL = 9e-5;

interface Product {
  m: number;
  n: number;
  k: number;
  transposeA: boolean;
  transposeB: boolean;
  batch: number;
  /** One b for the whole batch. */
  shareB: boolean;
  seed: number;
}

const products: fc.Arbitrary<Product> = fc.record({
  m: fc.integer({ min: 0, max: 37 }),
  n: fc.integer({ min: 0, max: 37 }),
  k: fc.integer({ min: 0, max: 37 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  batch: fc.integer({ min: 0, max: 3 }),
  shareB: fc.boolean(),
  seed: fc.nat(1e6),
});

describe.each(BUILDS)("matMul, %s build", async (build) => {
  const arena = await Arena.create(build);

  function check(product: Product, typical?: number): void {
    const { m, n, k, transposeA, transposeB, batch, shareB, seed } = product;
    const a = randomFloats(batch * m * k, seed);
    const b = randomFloats((shareB ? 1 : batch) * k * n, seed + 1);
    const bStep = shareB ? 0 : k * n;
    const reference = emptySums(batch * m * n);
    for (let at = 0; at < batch * m * n; at++) {
      const pair = Math.floor(at / (m * n));
      const i = Math.floor(at / n) % m;
      const j = at % n;
      for (let p = 0; p < k; p++) {
        const left = a[pair * m * k + (transposeA ? p * m + i : i * k + p)] as number;
        const right = b[pair * bStep + (transposeB ? j * k + p : p * n + j)] as number;
        addProduct(reference, at, left, right);
      }
    }
    arena.reset();
    const out = arena.floats(batch * m * n);
    arena.kernels.matMul(
      arena.floats(a),
      arena.floats(b),
      out,
      ...([m, n, k] as const),
      transposeA,
      transposeB,
      batch,
      m * k,
      bStep,
      m * n,
      arena.floats(MATMUL_SCRATCH_FLOATS),
    );
    expectSums(arena.read(out, batch * m * n), reference, typical);
    arena.checkCanaries();
  }

  test("equals its definition for any size and transposition", () => {
    fc.assert(
      fc.property(products, (product) => check(product)),
      { numRuns: 300 },
    );
  });

  test.each([
    [1, 300, 520],
    [64, 10, 1568],
    [10, 600, 64],
    [5, 259, 257],
    [64, 515, 10],
  ])("equals its definition over several blocks: m %i, n %i, k %i", (m, n, k) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        check({ m, n, k, transposeA, transposeB, batch: 1, shareB: false, seed: m }, TYPICAL);
      }
    }
  });
});
