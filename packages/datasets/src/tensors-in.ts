import { Tensor } from "@tensorflow/tfjs-core";

/** The tensors in a batch or sample: in arrays, tuples and plain records, at any depth. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (isRecord(value)) return Object.values(value).flatMap(tensorsIn);
  return [];
}

/** True for an object written as a literal, so not for class instances or typed arrays. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
