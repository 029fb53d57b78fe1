// Memory-bound kernels of the side module, in GB/s of what they read and write, beside a plain copy on a
// WebAssembly memory and the same op of tfjs's wasm backend where it has one.
// Run: node --experimental-wasm-relaxed-simd --conditions=@kindling/source --import tsx benchmarks/simd-elementwise.ts [filter]
import "@tensorflow/tfjs-backend-wasm";
import {
  avgPool,
  gather,
  maxPool,
  randomNormal,
  range,
  reshape,
  setBackend,
  sum,
  type Tensor4D,
  transpose,
} from "@tensorflow/tfjs-core";
import { LOSS_REDUCTIONS } from "../packages/backend-wasm/src/simd/cross-entropy-kernels.ts";
import type { TrainingKernels } from "../packages/backend-wasm/src/simd/training-kernels.ts";
import { type Contender, race, type Workbench, workbenches } from "./simd-timing.ts";

/** An activation of the reference CNN at batch 64, and one that no cache holds. */
const SIZES = [64 * 28 * 28 * 8, 2 ** 23];
/** Batch, side, channels. */
const IMAGES = [
  [64, 28, 8],
  [64, 14, 16],
  [64, 28, 32],
  [64, 28, 3],
] as const;
/** Rows, columns. */
const MATRICES = [
  [50176, 8],
  [50176, 32],
  [12544, 16],
  [4096, 128],
  [64, 10],
] as const;
const LOGITS = [
  [64, 10],
  [4096, 10],
  [256, 1000],
] as const;

const filter = process.argv[2] ?? "";
// Not through @kindling/backend-wasm, which replaces kernels: this is tfjs as it ships.
await setBackend("wasm");
const benches = await workbenches();

/** A kernel's call, given its memory. `bytes` is what it reads and writes. */
type Prepare = (bench: Workbench, kernels: TrainingKernels) => () => void;

function measure(
  kernel: string,
  shape: string,
  bytes: number,
  prepare: Prepare,
  tfjs?: () => void,
) {
  if (!kernel.includes(filter)) return;
  const contenders: Contender[] = benches.map((bench) => {
    bench.reset();
    return { build: bench.build, run: prepare(bench, bench.kernels) };
  });
  contenders.push({ build: "copy", run: plainCopy(bytes / 2) });
  if (tfjs !== undefined) contenders.push({ build: "tfjs", run: tfjs });
  race(kernel, shape, bytes, contenders, "gbs");
}

/** Copies `size` bytes inside a memory: reads and writes 2 · `size`. */
function plainCopy(size: number): () => void {
  const pages = Math.ceil((2 * size) / 65536) + 1;
  const view = new Uint8Array(new WebAssembly.Memory({ initial: pages }).buffer).fill(1);
  return () => view.copyWithin(size, 0, size);
}

for (const size of SIZES) {
  const shape = `${size}`;
  for (const kernel of ["reluGrad", "sigmoidGrad", "geluGrad", "siluGrad"] as const) {
    measure(kernel, shape, 12 * size, (bench, kernels) => {
      const [dy, v, dx] = [bench.floats(size), bench.floats(size), bench.floats(size)];
      return () => kernels[kernel](dy, v, dx, size);
    });
  }
  for (const kernel of ["gelu", "geluTanh", "silu"] as const) {
    measure(kernel, shape, 8 * size, (bench, kernels) => {
      const [x, y] = [bench.floats(size), bench.floats(size)];
      return () => kernels[kernel](x, y, size);
    });
  }
  measure("sgdStep momentum", shape, 20 * size, (bench, kernels) => {
    const [p, g, b] = [bench.floats(size), bench.floats(size), bench.floats(size)];
    return () => kernels.sgdStep(p, g, b, size, 1e-9, 0.9, 1, 0, 1, 0);
  });
  measure("adamStep", shape, 28 * size, (bench, kernels) => {
    const [p, g, m, v] = [1, 2, 3, 4].map(() => bench.floats(size)) as [
      ...[number, number, number, number],
    ];
    // From a second moment that is not negative.
    kernels.adamStep(p, g, m, v, 0, size, 1, 1, 0, 0.1, 0, 1, 1e-8, 0, 1);
    return () => kernels.adamStep(p, g, m, v, 0, size, 1, 1, 0, 0.1, 0.999, 0.001, 1e-8, 1e-9, 0.5);
  });
  measure("dropout", shape, 9 * size, (bench, kernels) => {
    const words = bench.floats(624);
    const [x, y, mask] = [bench.floats(size), bench.floats(size), bench.floats(size / 4)];
    let index = 624;
    return () => {
      index = kernels.dropout(words, index, x, y, mask, size, 0.5, 2);
    };
  });
  measure("dropoutGrad", shape, 9 * size, (bench, kernels) => {
    const [dy, dx, mask] = [bench.floats(size), bench.floats(size), bench.floats(size / 4)];
    return () => kernels.dropoutGrad(dy, mask, dx, size, 2);
  });
  measure("sum", shape, 4 * size, (bench, kernels) => {
    const x = bench.floats(size);
    return () => kernels.sum(x, size);
  });
}

for (const [n, side, c] of IMAGES) {
  const size = n * side * side * c;
  const image = randomNormal([n, side, side, c]) as Tensor4D;
  for (const [k, stride, pad] of [
    [2, 2, 0],
    [3, 2, 1],
  ] as const) {
    const out = Math.floor((side + 2 * pad - k) / stride) + 1;
    const outputs = n * out * out * c;
    const shape = `${n}x${side}x${side}x${c} ${k}x${k}/${stride}`;
    const shared = [n, side, side, c, out, out, k, k, stride, stride, pad, pad] as const;
    const bytes = 4 * (size + outputs);
    measure(
      "maxPool",
      shape,
      bytes,
      (bench, kernels) => {
        const [x, y] = [bench.floats(size), bench.floats(outputs)];
        return () => kernels.maxPool(x, y, ...shared, 1, 1);
      },
      () => maxPool(image, k, stride, pad).dispose(),
    );
    measure("maxPoolGrad", shape, bytes + 4 * size, (bench, kernels) => {
      const [x, dy, dx] = [bench.floats(size), bench.floats(outputs), bench.floats(size)];
      return () => kernels.maxPoolGrad(dy, x, dx, ...shared, 1, 1);
    });
    measure(
      "avgPool",
      shape,
      bytes,
      (bench, kernels) => {
        const [x, y] = [bench.floats(size), bench.floats(outputs)];
        return () => kernels.avgPool(x, y, ...shared, pad, pad, 0);
      },
      () => avgPool(image, k, stride, pad).dispose(),
    );
    measure("avgPoolGrad", shape, bytes, (bench, kernels) => {
      const [dy, dx] = [bench.floats(outputs), bench.floats(size)];
      return () => kernels.avgPoolGrad(dy, dx, ...shared, pad, pad, 0);
    });
  }
  const flat = reshape(image, [n, side * side, c]);
  measure(
    "transpose",
    `${n}x[${side * side},${c}]`,
    8 * size,
    (bench, kernels) => {
      const [x, y] = [bench.floats(size), bench.floats(size)];
      return () => kernels.transpose(x, y, n, side * side, c);
    },
    () => transpose(flat, [0, 2, 1]).dispose(),
  );
  measure("transpose", `${n}x[${c},${side * side}]`, 8 * size, (bench, kernels) => {
    const [x, y] = [bench.floats(size), bench.floats(size)];
    return () => kernels.transpose(x, y, n, c, side * side);
  });
}
for (const side of [1000, 1024]) {
  measure("transpose", `[${side},${side}]`, 8 * side * side, (bench, kernels) => {
    const [x, y] = [bench.floats(side * side), bench.floats(side * side)];
    return () => kernels.transpose(x, y, 1, side, side);
  });
}

for (const [rows, c] of MATRICES) {
  const size = rows * c;
  const shape = `[${rows},${c}]`;
  const matrix = randomNormal([rows, c]);
  measure(
    "columnSums",
    shape,
    4 * size,
    (bench, kernels) => {
      const [x, out] = [bench.floats(size), bench.floats(c)];
      return () => kernels.columnSums(x, out, rows, c, 1);
    },
    () => sum(matrix, 0).dispose(),
  );
  measure(
    "rowSums",
    shape,
    4 * size,
    (bench, kernels) => {
      const [x, out] = [bench.floats(size), bench.floats(rows)];
      return () => kernels.rowSums(x, out, rows, c, 1);
    },
    () => sum(matrix, 1).dispose(),
  );
  measure("batchNorm statistics + apply", shape, 12 * size, (bench, kernels) => {
    const [x, y] = [bench.floats(size), bench.floats(size)];
    const [mean, variance, scratch] = [bench.floats(c), bench.floats(c), bench.floats(2 * c)];
    return () => {
      kernels.batchNormStatistics(x, mean, variance, rows, c);
      kernels.batchNormApply(x, y, mean, variance, mean, mean, scratch, rows, c, 1e-5);
    };
  });
  measure("batchNormGrad", shape, 20 * size, (bench, kernels) => {
    const [x, dy, dx] = [bench.floats(size), bench.floats(size), bench.floats(size)];
    const [mean, variance, scratch] = [bench.floats(c), bench.floats(c), bench.floats(3 * c)];
    const [dgamma, dbeta] = [bench.floats(c), bench.floats(c)];
    kernels.batchNormStatistics(x, mean, variance, rows, c);
    return () =>
      kernels.batchNormGrad(
        ...([dy, x, mean, variance, 0, dx, dgamma, dbeta, scratch, rows, c, 1e-5] as const),
      );
  });
  measure("layerNorm", shape, 8 * size, (bench, kernels) => {
    const [x, y, statistics] = [bench.floats(size), bench.floats(size), bench.floats(2 * rows)];
    const gamma = bench.floats(c);
    return () => kernels.layerNorm(x, y, gamma, gamma, statistics, rows, c, 1e-5);
  });
  measure("layerNormGrad", shape, 12 * size, (bench, kernels) => {
    const [x, dy, dx] = [bench.floats(size), bench.floats(size), bench.floats(size)];
    const [statistics, gamma, scratch] = [
      ...[bench.floats(2 * rows), bench.floats(c), bench.floats(2 * c)],
    ] as [number, number, number];
    const [dgamma, dbeta] = [bench.floats(c), bench.floats(c)];
    kernels.layerNorm(x, dx, gamma, gamma, statistics, rows, c, 1e-5);
    return () =>
      kernels.layerNormGrad(dy, x, gamma, statistics, dx, dgamma, dbeta, scratch, rows, c);
  });
  // Zero bits are index 0 and the smallest float: what random floats are as indices is out of range.
  measure("unsortedSegmentSum", shape, 12 * size, (bench, kernels) => {
    const [x, out, ids] = [bench.floats(size), bench.floats(16 * c), zeros(bench, rows)];
    return () => kernels.unsortedSegmentSum(x, ids, out, rows, c, 16);
  });
  const order = range(0, rows, 1, "int32");
  measure(
    "gatherRows",
    shape,
    8 * size,
    (bench, kernels) => {
      const [x, out, indices] = [bench.floats(size), bench.floats(size), zeros(bench, rows)];
      return () => kernels.gatherRows(x, indices, out, rows, c, rows);
    },
    () => gather(matrix, order).dispose(),
  );
}

for (const [rows, classes] of LOGITS) {
  const size = rows * classes;
  for (const gradient of [false, true]) {
    const name = gradient ? "crossEntropy with dx" : "crossEntropy";
    measure(name, `[${rows},${classes}]`, (gradient ? 8 : 4) * size, (bench, kernels) => {
      const [x, labels, dx] = [bench.floats(size), zeros(bench, rows), bench.floats(size)];
      const [losses, statistics] = [bench.floats(1), bench.floats(2 * rows)];
      const options = [rows, classes, -100, 0, LOSS_REDUCTIONS.mean] as const;
      return () =>
        kernels.crossEntropy(x, labels, 0, losses, statistics, gradient ? dx : 0, ...options);
    });
  }
}

measure("gatherBytes", "[64,784]", 5 * 64 * 784, (bench, kernels) => {
  const [x, out, indices] = [bench.floats(64 * 196), bench.floats(64 * 784), zeros(bench, 64)];
  return () => kernels.gatherBytes(x, indices, out, 64, 784, 64, 255);
});

/** int32 zeros, by a kernel: x · 0. */
function zeros(bench: Workbench, size: number): number {
  const block = bench.floats(size);
  bench.kernels.leakyReluGrad(block, block, block, size, 0);
  bench.kernels.unsortedSegmentSum(block, block, block, 0, size, 1);
  return block;
}
