/// <reference types="node" />
// What runs in a process of its own: a native library that does not fit ends its process.
import { createRequire } from "node:module";
import { join } from "node:path";
import { BackendError } from "@kindling/core";
import {
  conv2d,
  grads,
  registerBackend,
  setBackend,
  sum,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from "@tensorflow/tfjs-core";
import { findTfjsNode } from "../binding/find-package.ts";
import type { NativeBinding, NodeBackendClass } from "../binding/node-backend.ts";
import { supplyMissing } from "../binding/node-compatibility.ts";
import { withCoreAsTfjs } from "../binding/stand-in.ts";

/** What a binding that works says. */
export interface Verified {
  /** Of the TensorFlow that was loaded. */
  readonly version: string;
  readonly device: "CPU" | "GPU";
}

/**
 * Loads a binding and computes a convolution and its gradient with it.
 *
 * @throws {BackendError} when a value is not what it must be.
 */
export async function verify(path: string): Promise<Verified> {
  const tfjsNode = findTfjsNode();
  if (tfjsNode === null) throw new BackendError("expected @tensorflow/tfjs-node-gpu, got none");
  supplyMissing();
  const require = createRequire(join(tfjsNode.folder, "package.json"));
  const binding = require(path) as NativeBinding;
  const { NodeJSKernelBackend } = withCoreAsTfjs(require, () => {
    require(join(tfjsNode.folder, "dist/register_all_kernels"));
    return require(join(tfjsNode.folder, "dist/nodejs_kernel_backend")) as {
      NodeJSKernelBackend: NodeBackendClass;
    };
  });
  const backend = new NodeJSKernelBackend(binding, tfjsNode.name);
  registerBackend("tensorflow", () => backend);
  await setBackend("tensorflow");
  await convolve();
  return { version: binding.TF_Version, device: backend.isUsingGpuDevice ? "GPU" : "CPU" };
}

/** `[1, 3, 3, 1]`, 1 to 9, under `[2, 2, 1, 1]`, 1 to 4: sums that float32 holds exactly, whatever their order. */
async function convolve(): Promise<void> {
  const x = tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const w = tensor4d([1, 2, 3, 4], [2, 2, 1, 1]);
  const y = conv2d(x, w, 1, "valid");
  const [dx, dw] = grads((x: Tensor, w: Tensor) =>
    sum(conv2d(x as Tensor4D, w as Tensor4D, 1, "valid")),
  )([x, w]);
  await expectValues("convolution", y, [37, 47, 67, 77]);
  await expectValues("gradient of its input", dx, [1, 3, 2, 4, 10, 6, 3, 7, 4]);
  await expectValues("gradient of its filter", dw, [12, 16, 24, 28]);
}

async function expectValues(
  what: string,
  tensor: Tensor | undefined,
  expected: readonly number[],
): Promise<void> {
  const values = [...((await tensor?.data()) ?? [])];
  if (values.join() !== expected.join()) {
    throw new BackendError(`expected the ${what} to be ${expected}, got ${values}`);
  }
}
