// Pools of images and volumes and their gradients, each window's cells in order. tfjs's own pass a NaN over, give a
// tie to the last maximum, and divide the gradient of an average by cells that are padding.

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  AvgPool,
  AvgPool3D,
  AvgPool3DGrad,
  AvgPoolGrad,
  backend_util,
  type KernelConfig,
  MaxPool,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolWithArgmax,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runProgram } from "./program.ts";

/** The attributes of every pool; those of volumes have three numbers where images have two. */
interface PoolAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: "same" | "valid" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly includeBatchInIndex?: boolean;
}

type Ints = Readonly<Record<string, number>>;

function pools(
  kind: "" | "3D",
  sizes: (shape: number[], attributes: PoolAttributes) => { ints: Ints; shape: number[] },
): KernelConfig[] {
  const [max, average, averageGradient] =
    kind === "" ? [MaxPool, AvgPool, AvgPoolGrad] : [MaxPool3D, AvgPool3D, AvgPool3DGrad];
  const forwards = [
    [max, MAX],
    [average, AVERAGE],
  ].map(([name, code]) =>
    defineKernel<{ x: TensorInfo }, PoolAttributes>(
      name as string,
      ({ inputs: { x }, attrs, backend }) => {
        const { ints, shape } = sizes(x.shape, attrs);
        return forward(backend, name as string, x, ints, shape, code as string);
      },
    ),
  );
  const gradients = [
    [averageGradient, AVERAGE_GRADIENT],
    ...(kind === "3D" ? [[MaxPool3DGrad, MAX_GRADIENT]] : []),
  ].map(([name, code]) =>
    defineKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
      name as string,
      ({ inputs: { dy, input }, attrs, backend }) => {
        const { ints } = sizes(input.shape, attrs);
        // An average's does not look at the input.
        const inputs: Record<string, TensorInfo> =
          name === MaxPool3DGrad ? { dy, x: input } : { dy };
        return runProgram(backend, {
          name: name as string,
          inputs,
          ints,
          shape: input.shape,
          dtype: "float32",
          code: `${OVER_WINDOWS_OF_CELL[0]} ${code} ${OVER_WINDOWS_OF_CELL[1]}`,
        });
      },
    ),
  );
  return [...forwards, ...gradients];
}

function forward(
  backend: WebGPUBackend,
  name: string,
  x: TensorInfo,
  ints: Ints,
  shape: readonly number[],
  code: string,
  dtype: "float32" | "int32" = "float32",
): TensorInfo {
  return runProgram(backend, {
    name,
    inputs: { x },
    ints,
    shape,
    dtype: dtype === "int32" ? "int32" : x.dtype,
    code: `
      let c = index % uniforms.channels;
      var rest = index / uniforms.channels;
      let ow = rest % uniforms.ow; rest = rest / uniforms.ow;
      let oh = rest % uniforms.oh; rest = rest / uniforms.oh;
      let od = rest % uniforms.od;
      let n = rest / uniforms.od;
      ${WINDOW}
      ${code.replaceAll("result[index] = value", x.dtype === "float32" ? "$&" : "result[index] = i32(value)")}`,
  });
}

// The cells of the window at od, oh, ow that are not padding: z0 to z1, y0 to y1, x0 to x1.
const WINDOW = ["d", "h", "w"]
  .map((axis, i) => {
    const from = `${"zyx"[i]}0`;
    return `
      let s${axis} = o${axis} * uniforms.s${axis} - uniforms.p${axis};
      let ${from} = max(s${axis}, 0);
      let ${"zyx"[i]}1 = min(s${axis} + uniforms.f${axis}, uniforms.i${axis});`;
  })
  .join("");

function overCells(statement: string): string {
  return `
    for (var z = z0; z < z1; z++) { for (var y = y0; y < y1; y++) { for (var w = x0; w < x1; w++) {
      let cell = ((n * uniforms.id + z) * uniforms.ih + y) * uniforms.iw + w;
      ${statement}
    } } }`;
}

const FIND_MAX = `
  var most = -uniforms.INFINITY;
  var place = -1;
  ${overCells(`
    let v = f32(x[cell * uniforms.channels + c]);
    if (place < 0 || v > most || isnan(v)) { most = v; place = cell; }`)}`;

const MAX = `
  ${FIND_MAX}
  let value = most;
  result[index] = value;`;

const AVERAGE = `
  var sum = 0.0;
  ${overCells("sum += f32(x[cell * uniforms.channels + c]);")}
  let count = (z1 - z0) * (y1 - y0) * (x1 - x0);
  var value = sum / f32(count);
  if (z1 <= z0 || y1 <= y0 || x1 <= x0) { value = uniforms.NAN; }
  result[index] = value;`;

// Each thread has a cell, and goes over the windows that it is in.
const OVER_WINDOWS_OF_CELL: readonly [string, string] = [
  `
  let c = index % uniforms.channels;
  let mine = index / uniforms.channels;
  var rest = mine;
  let cw = rest % uniforms.iw; rest = rest / uniforms.iw;
  let ch = rest % uniforms.ih; rest = rest / uniforms.ih;
  let cd = rest % uniforms.id;
  let n = rest / uniforms.id;
  var gradient = 0.0;
  ${["d", "h", "w"]
    .map(
      (a) => `
      let b${a} = c${a} + uniforms.p${a};
      let first${a} = max(b${a} - uniforms.f${a} + uniforms.s${a}, 0) / uniforms.s${a};
      let last${a} = min(b${a} / uniforms.s${a}, uniforms.o${a} - 1);
      for (var o${a} = first${a}; o${a} <= last${a}; o${a}++) {`,
    )
    .join("")}
  ${WINDOW}
  let upstream = f32(dy[(((n * uniforms.od + od) * uniforms.oh + oh) * uniforms.ow + ow) * uniforms.channels + c]);`,
  "} } } result[index] = gradient;",
];

const AVERAGE_GRADIENT = "gradient += upstream / f32((z1 - z0) * (y1 - y0) * (x1 - x0));";

const MAX_GRADIENT = `${FIND_MAX} if (place == mine) { gradient += upstream; }`;

function poolOfImages(
  shape: number[],
  attributes: PoolAttributes,
): { ints: Ints; shape: number[] } {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad,
    dimRoundingMode,
  );
  const flatDepth = {
    ...{ inDepth: 1, outDepth: 1, strideDepth: 1, filterDepth: 1 },
    padInfo: { ...info.padInfo, front: 0 },
  };
  return { ints: intsOf({ ...info, ...flatDepth }), shape: info.outShape };
}

function poolOfVolumes(
  shape: number[],
  attributes: PoolAttributes,
): { ints: Ints; shape: number[] } {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad,
    dimRoundingMode,
  );
  return { ints: intsOf(info), shape: info.outShape };
}

type Sizes = Pick<
  backend_util.Conv3DInfo,
  | "inChannels"
  | "inDepth"
  | "inHeight"
  | "inWidth"
  | "outDepth"
  | "outHeight"
  | "outWidth"
  | "strideDepth"
  | "strideHeight"
  | "strideWidth"
  | "filterDepth"
  | "filterHeight"
  | "filterWidth"
> & { readonly padInfo: { readonly front: number; readonly top: number; readonly left: number } };

// Input, output, filter, stride and padding along depth, height and width.
function intsOf(info: Sizes): Ints {
  return {
    channels: info.inChannels,
    ...{ id: info.inDepth, ih: info.inHeight, iw: info.inWidth },
    ...{ od: info.outDepth, oh: info.outHeight, ow: info.outWidth },
    ...{ fd: info.filterDepth, fh: info.filterHeight, fw: info.filterWidth },
    ...{ sd: info.strideDepth, sh: info.strideHeight, sw: info.strideWidth },
    ...{ pd: info.padInfo.front, ph: info.padInfo.top, pw: info.padInfo.left },
  };
}

const images: readonly KernelConfig[] = pools("", poolOfImages);
const volumes: readonly KernelConfig[] = pools("3D", poolOfVolumes);

const maxPoolWithArgmax = defineKernel<{ x: TensorInfo }, PoolAttributes>(
  MaxPoolWithArgmax,
  ({ inputs: { x }, attrs, backend }) => {
    const { ints, shape } = poolOfImages(x.shape, attrs);
    const batch =
      attrs.includeBatchInIndex === true ? "" : "- n * uniforms.id * uniforms.ih * uniforms.iw";
    const place = `result[index] = (place ${batch}) * uniforms.channels + c;`;
    return [
      forward(backend, MaxPool, x, ints, shape, MAX),
      forward(backend, MaxPoolWithArgmax, x, ints, shape, MAX.replace(/result.*/, place), "int32"),
    ];
  },
);

/** Max and average pools, and their gradients but for MaxPoolGrad's, which is a training kernel. */
export const poolKernels: readonly KernelConfig[] = [...images, ...volumes, maxPoolWithArgmax];
