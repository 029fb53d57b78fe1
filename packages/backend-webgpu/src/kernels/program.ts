// Small WGSL programs over flat buffers: no axis limit, and integers stay integers, where tfjs's accessors stop at
// four axes and turn every value into a float.
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "./kernel.ts";

/** A program of one output. */
export interface Program {
  readonly name: string;
  /** Buffers by the names that `code` has for them. Their elements are what the *buffer* holds: convert. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** Numbers by the names that `code` has for them, after `uniforms.`. */
  readonly ints?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** Statements for one `index` from 0 to `threads`, which write `result`. */
  readonly code: string;
  /** Functions and shared memory that `code` uses. */
  readonly declarations?: string;
  /** @defaultValue one for each value of the output */
  readonly threads?: number;
  /** Threads work in groups of 64 that may wait for each other; `index` is then the group's. */
  readonly grouped?: boolean;
  /** Writes into this tensor of `shape` instead of a new one. */
  readonly output?: TensorInfo;
  /** `result` is of `atomic<i32>`. */
  readonly atomic?: boolean;
}

/** Threads of a group. */
export const GROUP = 64;

/** Runs a program and gives its output, which the caller owns. */
export function runProgram(backend: WebGPUBackend, program: Program): TensorInfo {
  const { name, inputs, ints = {}, floats = {}, shape, dtype, output, atomic = false } = program;
  const { code, declarations = "", grouped = false } = program;
  const size = sizeOf({ shape });
  const threads = program.threads ?? size;
  const names = [...Object.keys(ints), "threads"].map((key) => `${key} : i32`);
  const uniforms = [...names, ...Object.keys(floats).map((key) => `${key} : f32`)].join(", ");
  const body = grouped
    ? `let index = thread / ${GROUP}; let lane = i32(localId.x); ${code}`
    : `let index = thread; if (index < uniforms.threads) { ${code} }`;
  const wgsl: WebGPUProgram = {
    outputShape: [size],
    variableNames: Object.keys(inputs),
    uniforms,
    workgroupSize: [GROUP, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [grouped ? threads : Math.ceil(threads / GROUP), 1, 1],
    shaderKey: `kindling ${name} ${declarations} ${code}`,
    atomic,
    getUserCode: () => `${declarations}\nfn main(thread : i32) { ${body} }`,
  };
  const { dataId } = backend.runWebGPUProgram(
    wgsl,
    Object.values(inputs).map((input) => flat(input)),
    dtype,
    [
      ...Object.values(ints).map((value) => ({ type: "int32", data: [value] })),
      { type: "int32", data: [threads] },
      ...Object.values(floats).map((value) => ({ type: "float32", data: [value] })),
    ],
    output,
  );
  return { dataId, shape: [...shape], dtype };
}

/** The same values on one axis, or on others; whoever owns the tensor still does. */
export function flat(x: TensorInfo, shape: readonly number[] = [sizeOf(x)]): TensorInfo {
  return { dataId: x.dataId, dtype: x.dtype, shape: [...shape] };
}

/** WGSL's name for a tensor's elements. */
export function wgslType(dtype: DataType): "f32" | "i32" {
  return dtype === "float32" ? "f32" : "i32";
}

/** A tensor that shares the values of another. */
export function share(
  backend: WebGPUBackend,
  x: TensorInfo,
  shape: readonly number[] = x.shape,
): TensorInfo {
  backend.incRef(x.dataId);
  return flat(x, shape);
}

/** Gives tensors back after use and passes the result through. */
export function after(
  backend: WebGPUBackend,
  result: TensorInfo,
  ...used: TensorInfo[]
): TensorInfo {
  for (const { dataId } of used) backend.disposeData(dataId);
  return result;
}
