import { ArgumentError, BackendError } from "@kindling/core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
  type DataType,
  engine,
  Identity,
  type KernelConfig,
  type KernelFunc,
  type Tensor,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";

export type { BackendWasm };

/** What a kernel is called with; `Inputs` and `Attributes` are tfjs's types for it. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/**
 * A kernel for the `wasm` backend.
 *
 * Inside `run` the tape is off, so tfjs's ops may be used freely; intermediates belong into `tidy`.
 */
export function defineKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return define(kernelName, run, (name, dtype) => {
    if (dtype !== "string" || kernelName === Identity) return;
    throw new ArgumentError(`${kernelName}: expected ${name} to be of numbers, got string`);
  });
}

/**
 * A kernel that takes float32 only, and says so before it allocates or reads anything.
 *
 * @throws {ArgumentError} when an input has another type.
 */
export function defineFloatKernel<Inputs, Attributes = unknown>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  return define(kernelName, run, (name, dtype) => {
    if (dtype === "float32") return;
    throw new ArgumentError(
      `${kernelName}: expected ${name} to be float32, got ${dtype}; cast it first`,
    );
  });
}

function define<Inputs, Attributes>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
  check: (name: string, dtype: DataType) => void,
): KernelConfig {
  const kernelFunc = (call: KernelCall<Inputs, Attributes>) => {
    const inputs: Readonly<Record<string, TensorInfo | undefined>> = { ...(call.inputs as object) };
    for (const name of Object.keys(inputs)) {
      const input = inputs[name];
      if (input === undefined) continue; // an optional one, such as a bias
      check(name, input.dtype);
      // A tensor made on another backend moves here when it is first asked for, which allocates.
      call.backend.dataIdMap.get(input.dataId);
    }
    return run(call);
  };
  // tfjs's registry is untyped: the name alone says which inputs and attributes arrive.
  return { kernelName, backendName: "wasm", kernelFunc: kernelFunc as unknown as KernelFunc };
}

/**
 * A new tensor whose memory holds whatever was there before.
 *
 * @throws {BackendError} when there is no memory left, where tfjs would hand out address 0.
 */
export function allocate(
  backend: BackendWasm,
  shape: readonly number[],
  dtype: DataType = "float32",
): TensorInfo {
  const bytes = util.sizeFromShape([...shape]) * util.bytesPerElement(dtype);
  if (bytes < ADDRESSES) {
    const output = backend.makeOutput([...shape], dtype);
    if (bytes === 0 || pointer(backend, output) !== 0) return output;
    backend.disposeData(output.dataId);
  }
  throw new BackendError(
    `wasm: expected memory for a ${dtype} tensor of [${shape.join(", ")}], got none: a page or ` +
      "process has 4 GB; use smaller batches, or dispose what is no longer needed",
  );
}

// A larger number of bytes would be cut to 32 bits on its way to malloc.
const ADDRESSES = 2 ** 32;

/**
 * The values of a float32 tensor, in place.
 *
 * An allocation may grow the memory, which detaches every view: allocate first, then take views.
 */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** The values of an int32 tensor, in place; see {@link floats}. */
export function integers(backend: BackendWasm, tensor: TensorInfo): Int32Array {
  return backend.typedArrayFromHeap(tensor) as Int32Array;
}

/** Where a tensor's values are, for the side module; 0 for none. It stays as the memory grows. */
export function pointer(backend: BackendWasm, tensor: TensorInfo | undefined): number {
  return tensor === undefined ? 0 : backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

/** How many values a tensor has. */
export function sizeOf({ shape }: TensorInfo): number {
  return util.sizeFromShape(shape);
}

/** Makes a tensor of what {@link allocate} made, so that `tidy` disposes it and ops accept it. */
export function track<T extends Tensor>(info: TensorInfo): T {
  return engine().makeTensorFromTensorInfo(info) as T;
}
