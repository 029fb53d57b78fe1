// Borders. tfjs's own are wrong for more than four axes, and take integers through floats.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  type KernelConfig,
  MirrorPad,
  type MirrorPadAttrs,
  type MirrorPadInputs,
  PadV2,
  type PadV2Attrs,
  type PadV2Inputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runProgram, wgslType } from "./program.ts";
import { runStock } from "./stock.ts";
import { isOurs, stridesOf } from "./strides.ts";

const pad = defineKernel<PadV2Inputs, PadV2Attrs>(PadV2, ({ inputs: { x }, attrs, backend }) => {
  if (!isOurs(x)) return runStock(PadV2, { x }, attrs, backend);
  const value = attrs.constantValue;
  return padded(backend, x, attrs.paddings, {
    name: "pad",
    // Outside of any axis is outside.
    place: (axis) => `inside = inside && i${axis} >= 0 && i${axis} < uniforms.x${axis};`,
    value,
  });
});

const mirrorPad = defineKernel<MirrorPadInputs, MirrorPadAttrs>(
  MirrorPad,
  ({ inputs: { x }, attrs, backend }) => {
    if (!isOurs(x)) {
      return runStock(MirrorPad, { x }, attrs, backend);
    }
    // Reflecting leaves the value at the border out.
    const border = attrs.mode === "reflect" ? 0 : 1;
    return padded(backend, x, attrs.paddings, {
      name: "mirrorPad",
      place: (axis) =>
        `if (i${axis} < 0) { i${axis} = -i${axis} - ${border}; } ` +
        `if (i${axis} >= uniforms.x${axis}) { i${axis} = 2 * uniforms.x${axis} - 2 + ${border} - i${axis}; }`,
      value: 0,
    });
  },
);

function padded(
  backend: WebGPUBackend,
  x: TensorInfo,
  paddings: readonly (readonly [number, number])[],
  { name, place, value }: { name: string; place: (axis: number) => string; value: number },
): TensorInfo {
  const shape = x.shape.map((length, axis) => {
    const [before, after] = paddings[axis] as readonly [number, number];
    return before + length + after;
  });
  const strides = stridesOf(x.shape);
  const ints: Record<string, number> = {};
  const lines = ["var rest = index; var at = 0; var inside = true;"];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    ints[`n${axis}`] = shape[axis] as number;
    ints[`x${axis}`] = x.shape[axis] as number;
    ints[`before${axis}`] = paddings[axis]?.[0] as number;
    ints[`stride${axis}`] = strides[axis] as number;
    lines.push(
      `var i${axis} = rest % uniforms.n${axis} - uniforms.before${axis}; rest = rest / uniforms.n${axis};`,
      place(axis),
      `at = at + i${axis} * uniforms.stride${axis};`,
    );
  }
  const isFloat = x.dtype === "float32";
  const type = wgslType(x.dtype);
  const border = { [isFloat ? "border" : "borderInt"]: value };
  lines.push(
    `if (inside) { result[index] = ${type}(x[at]); } ` +
      `else { result[index] = uniforms.${isFloat ? "border" : "borderInt"}; }`,
  );
  return runProgram(backend, {
    name,
    inputs: { x },
    ints: isFloat ? ints : { ...ints, ...border },
    floats: isFloat ? border : {},
    shape,
    dtype: x.dtype,
    code: lines.join("\n"),
  });
}

/** Constant and mirrored borders. */
export const paddings: readonly KernelConfig[] = [mirrorPad, pad];
