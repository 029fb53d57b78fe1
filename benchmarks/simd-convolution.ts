// Convolution kernels of the side module beside tfjs's wasm backend (XNNPACK forward), one thread.
// Run: node --experimental-wasm-relaxed-simd --conditions=@kindling/source --import tsx benchmarks/simd-convolution.ts
import "@tensorflow/tfjs-backend-wasm";
import {
  conv2d,
  depthwiseConv2d,
  randomNormal,
  setBackend,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import {
  type Conv2dShape,
  conv2dFilterGradScratchFloats,
  conv2dInputGradScratchFloats,
  conv2dScratchFloats,
  conv2dSizes,
} from "../packages/backend-wasm/src/simd/convolution-kernels.ts";
import {
  depthwiseFilterGradScratchFloats,
  depthwiseInputGradScratchFloats,
  depthwiseScratchFloats,
  depthwiseSizes,
} from "../packages/backend-wasm/src/simd/depthwise-kernels.ts";
import { race, type Workbench, workbenches } from "./simd-timing.ts";

const BATCHES = [64, 256];
/** Side, input channels, output channels, stride: 3×3, padding 1. */
const CONVOLUTIONS = [
  [28, 1, 8, 1],
  [14, 8, 16, 1],
  [7, 16, 32, 1],
  [28, 1, 32, 1],
  [14, 32, 64, 1],
  [28, 16, 32, 2],
] as const;
/** Side, channels, multiplier, stride. */
const DEPTHWISE = [
  [14, 32, 1, 1],
  [14, 64, 1, 2],
  [14, 16, 2, 1],
] as const;

// Not through @kindling/backend-wasm, which replaces kernels: this is tfjs as it ships.
await setBackend("wasm");
const benches = await workbenches();

function shapeOf(n: number, side: number, ic: number, oc: number, stride: number): Conv2dShape {
  const out = Math.ceil(side / stride);
  return {
    batchSize: n,
    inHeight: side,
    inWidth: side,
    inChannels: ic,
    outHeight: out,
    outWidth: out,
    outChannels: oc,
    filterHeight: 3,
    filterWidth: 3,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padInfo: { top: 1, left: 1 },
  };
}

/** The same call on each build, with x, filter, y in the memory of each. */
function onEachBuild(
  s: Conv2dShape,
  filterFloats: number,
  scratchFloats: number,
  call: (bench: Workbench, x: number, filter: number, y: number, scratch: number) => void,
) {
  return benches.map((bench) => {
    bench.reset();
    const x = bench.floats(s.batchSize * s.inHeight * s.inWidth * s.inChannels);
    const filter = bench.floats(filterFloats);
    const y = bench.floats(s.batchSize * s.outHeight * s.outWidth * s.outChannels);
    const scratch = bench.floats(scratchFloats);
    return { build: bench.build, run: () => call(bench, x, filter, y, scratch) };
  });
}

for (const n of BATCHES) {
  for (const [side, ic, oc, stride] of CONVOLUTIONS) {
    const s = shapeOf(n, side, ic, oc, stride);
    const sizes = conv2dSizes(s);
    const name = `${n}x${side}x${side}x${ic}->${oc} stride ${stride}`;
    const flops = 2 * 9 * ic * oc * n * s.outHeight * s.outWidth;
    const filterFloats = 9 * ic * oc;
    const image = randomNormal([n, side, side, ic]) as Tensor4D;
    const weights = randomNormal([3, 3, ic, oc]) as Tensor4D;
    const ones = [1, 1] as [number, number];
    const padding = [[0, 0], ones, ones, [0, 0]] as Parameters<typeof conv2d>[3];
    race("conv2d", name, flops, [
      ...onEachBuild(s, filterFloats, conv2dScratchFloats(sizes), ({ kernels }, x, f, y, scratch) =>
        kernels.conv2d(x, f, 0, y, ...sizes, Number.NEGATIVE_INFINITY, scratch),
      ),
      { build: "tfjs", run: () => conv2d(image, weights, stride, padding).dispose() },
    ]);
    race(
      "conv2dInputGrad",
      name,
      flops,
      onEachBuild(
        s,
        filterFloats,
        conv2dInputGradScratchFloats(sizes),
        ({ kernels }, x, f, y, scratch) => kernels.conv2dInputGrad(y, f, x, ...sizes, scratch),
      ),
    );
    race(
      "conv2dFilterGrad",
      name,
      flops,
      onEachBuild(
        s,
        filterFloats,
        conv2dFilterGradScratchFloats(sizes),
        ({ kernels }, x, f, y, scratch) => kernels.conv2dFilterGrad(x, y, f, ...sizes, scratch),
      ),
    );
    image.dispose();
    weights.dispose();
  }

  for (const [side, channels, multiplier, stride] of DEPTHWISE) {
    const s = shapeOf(n, side, channels, channels * multiplier, stride);
    const sizes = depthwiseSizes(s);
    const name = `${n}x${side}x${side}x${channels}*${multiplier} stride ${stride}`;
    const flops = 2 * 9 * s.outChannels * n * s.outHeight * s.outWidth;
    const filterFloats = 9 * s.outChannels;
    const image = randomNormal([n, side, side, channels]) as Tensor4D;
    const weights = randomNormal([3, 3, channels, multiplier]) as Tensor4D;
    race("depthwiseConv2d", name, flops, [
      ...onEachBuild(
        s,
        filterFloats,
        depthwiseScratchFloats(sizes),
        ({ kernels }, x, f, y, scratch) =>
          kernels.depthwiseConv2d(x, f, 0, y, ...sizes, Number.NEGATIVE_INFINITY, scratch),
      ),
      { build: "tfjs", run: () => depthwiseConv2d(image, weights, stride, "same").dispose() },
    ]);
    race(
      "depthwiseInputGrad",
      name,
      flops,
      onEachBuild(
        s,
        filterFloats,
        depthwiseInputGradScratchFloats(sizes),
        ({ kernels }, x, f, y, scratch) => kernels.depthwiseInputGrad(y, f, x, ...sizes, scratch),
      ),
    );
    race(
      "depthwiseFilterGrad",
      name,
      flops,
      onEachBuild(
        s,
        filterFloats,
        depthwiseFilterGradScratchFloats(sizes),
        ({ kernels }, x, f, y, scratch) => kernels.depthwiseFilterGrad(x, y, f, ...sizes, scratch),
      ),
    );
    image.dispose();
    weights.dispose();
  }
}
