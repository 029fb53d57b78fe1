// Matrix products of the side module beside tfjs's wasm backend, one thread.
// Run: node --experimental-wasm-relaxed-simd --conditions=@kindling/source --import tsx benchmarks/simd-matmul.ts
import "@tensorflow/tfjs-backend-wasm";
import { matMul, randomNormal, setBackend } from "@tensorflow/tfjs-core";
import { MATMUL_SCRATCH_FLOATS } from "../packages/backend-wasm/src/simd/matmul-kernels.ts";
import { race, workbenches } from "./simd-timing.ts";

/**
 * m, n, k, transposeA, transposeB: layers of both CNNs forward, their two gradients, and squares.
 */
const PRODUCTS = [
  [64, 128, 3136, false, false],
  [64, 128, 3136, false, true],
  [256, 128, 3136, false, true],
  [64, 3136, 128, false, false],
  [64, 3136, 128, false, true],
  [3136, 128, 64, true, false],
  [128, 3136, 64, true, false],
  [128, 3136, 256, true, false],
  [64, 10, 1568, false, false],
  [64, 10, 1568, false, true],
  [256, 10, 1568, false, true],
  [10, 1568, 64, true, false],
  [1568, 10, 64, true, false],
  [64, 1568, 10, false, false],
  [64, 1568, 10, false, true],
  [1, 128, 3136, false, true],
  [1024, 1024, 1024, false, false],
  [1024, 1024, 1024, true, true],
] as const;

// Not through @kindling/backend-wasm, which replaces kernels: this is tfjs as it ships.
await setBackend("wasm");
const benches = await workbenches();
for (const [m, n, k, transposeA, transposeB] of PRODUCTS) {
  const a = randomNormal(transposeA ? [k, m] : [m, k]);
  const b = randomNormal(transposeB ? [n, k] : [k, n]);
  const shape = `${transposeA ? `[${k},${m}]ᵀ` : `[${m},${k}]`}·${transposeB ? `[${n},${k}]ᵀ` : `[${k},${n}]`}`;
  const ours = benches.map((bench) => {
    bench.reset();
    const left = bench.floats(m * k);
    const right = bench.floats(k * n);
    const out = bench.floats(m * n);
    const scratch = bench.floats(MATMUL_SCRATCH_FLOATS);
    const { matMul } = bench.kernels;
    return {
      build: bench.build,
      run: () => matMul(left, right, out, m, n, k, transposeA, transposeB, 1, 0, 0, 0, scratch),
    };
  });
  race("matMul", shape, 2 * m * n * k, [
    ...ours,
    { build: "tfjs", run: () => matMul(a, b, transposeA, transposeB).dispose() },
  ]);
  a.dispose();
  b.dispose();
}
