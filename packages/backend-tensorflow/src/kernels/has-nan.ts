import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import { constant, idOf } from "../training/native.ts";
import { runOnIds } from "./op.ts";

/**
 * Whether a float32 tensor has a NaN: TensorFlow's greatest of all values is one then. On the CPU this is a copy of
 * one number; a GPU would have to be waited for.
 */
export function hasNaN(backend: NodeBackend, x: TensorInfo): boolean {
  if (x.dtype !== "float32" || x.shape.includes(0)) return false;
  const { binding } = backend;
  const axes = x.shape.map((_, axis) => axis);
  const [greatest] = runOnIds(backend, "Max", [idOf(backend, x), constant(backend, axes)], 1);
  if (greatest === undefined) return false;
  const [value] = binding.tensorDataSync(greatest.id);
  binding.deleteTensor(greatest.id);
  return Number.isNaN(value);
}
