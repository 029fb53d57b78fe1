// Views: where in a flat buffer the value at an index of another shape is.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { runProgram, wgslType } from "./program.ts";

/** Steps between neighbours along each axis, all axes. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/** Shapes with the same values in the same order, on as few axes as their broadcasting allows. */
export interface Collapsed {
  readonly shape: readonly number[];
  /** Of each operand, as many axes as `shape`, 1 where it is repeated. */
  readonly operands: readonly (readonly number[])[];
}

/** Joins neighbouring axes along which each operand is either repeated or not. */
export function collapse(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): Collapsed {
  const full = operands.map((operand) => [
    ...new Array<number>(shape.length - operand.length).fill(1),
    ...operand,
  ]);
  const joined: number[] = [];
  const parts: number[][] = operands.map(() => []);
  let previous = "";
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const pattern = full.map((operand) => (operand[axis] === 1 ? "-" : "+")).join("");
    const last = joined.length - 1;
    if (pattern === previous) {
      joined[last] = (joined[last] as number) * length;
    } else {
      joined.push(length);
    }
    full.forEach((operand, i) => {
      const part = parts[i] as number[];
      const own = operand[axis] as number;
      if (pattern === previous) part[last] = (part[last] as number) * own;
      else part.push(own);
    });
    previous = pattern;
  });
  return { shape: joined, operands: parts };
}

/** Steps of an operand whose axes of length 1 are repeated. */
export function broadcastStrides(operand: readonly number[]): number[] {
  return stridesOf(operand).map((stride, axis) => (operand[axis] === 1 ? 0 : stride));
}

/**
 * WGSL that sets `name` for each of the names to the place of the value at `index`, and the numbers it needs.
 *
 * @param strides - for each name, the steps along the axes of `shape`.
 */
export function placesCode(
  shape: readonly number[],
  strides: Readonly<Record<string, readonly number[]>>,
): { code: string; ints: Record<string, number> } {
  const ints: Record<string, number> = {};
  const names = Object.keys(strides);
  const lines = [...names.map((name) => `var ${name} = 0;`), "var rest = index;"];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    ints[`n${axis}`] = shape[axis] as number;
    lines.push(`let i${axis} = rest % uniforms.n${axis}; rest = rest / uniforms.n${axis};`);
    for (const name of names) {
      ints[`${name}${axis}`] = strides[name]?.[axis] as number;
      lines.push(`${name} = ${name} + i${axis} * uniforms.${name}${axis};`);
    }
  }
  return { code: lines.join("\n"), ints };
}

/** A copy of the values of `x` that `strides` and `offset` pick, of `shape`. */
export function strided(
  backend: WebGPUBackend,
  x: TensorInfo,
  shape: readonly number[],
  strides: readonly number[],
  offset: number = 0,
): TensorInfo {
  const { code, ints } = placesCode(shape, { at: strides });
  return runProgram(backend, {
    name: "strided",
    inputs: { x },
    ints: { ...ints, offset },
    shape,
    dtype: x.dtype,
    code: `${code} result[index] = ${wgslType(x.dtype)}(x[uniforms.offset + at]);`,
  });
}

/** A copy of `x`, repeated along axes that it lacks or has one of. */
export function expand(
  backend: WebGPUBackend,
  x: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  const { shape: few, operands } = collapse(shape, [x.shape]);
  const copy = strided(backend, x, few, broadcastStrides(operands[0] as number[]));
  return { ...copy, shape: [...shape] };
}

/** True for more axes than tfjs's programs are right for. */
export function manyAxes(...shapes: readonly (readonly number[])[]): boolean {
  return shapes.some(({ length }) => length > 4);
}

/** True for what tfjs's programs change when they move it about: integers, and more than four axes. */
export function isOurs({ dtype, shape }: TensorInfo): boolean {
  if (dtype === "string" || dtype === "complex64") return false;
  return dtype === "int32" || manyAxes(shape);
}
