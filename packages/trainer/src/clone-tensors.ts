import {
  clone,
  dispose,
  keep,
  Tensor,
  type TensorContainer,
  tensor_util,
  tidy,
} from "@tensorflow/tfjs-core";

/** Every tensor in a value: itself, or inside arrays and objects. */
export function tensorsIn(value: unknown): Tensor[] {
  return tensor_util.getTensorsInContainer(value as TensorContainer);
}

/** The same value with a clone in place of each tensor; a clone shares its tensor's memory. */
export function cloneTensors<T>(value: T): T {
  return cloned(value) as T;
}

/**
 * Runs `f` and disposes every tensor made in it but those of its result, which the caller owns.
 *
 * They are clones, so they are the caller's to dispose even when a model returns its own input.
 */
export function owned<T>(f: () => T): T {
  let result: { readonly value: T } | undefined;
  tidy(() => {
    result = { value: cloneTensors(f()) };
    return tensorsIn(result.value);
  });
  return (result as unknown as { readonly value: T }).value;
}

/** A clone of the value that outlives the `tidy` around it; the caller disposes it. */
export function keepClone<T>(value: T): T {
  const copy = cloneTensors(value);
  for (const tensor of tensorsIn(copy)) keep(tensor);
  return copy;
}

/** Disposes every tensor in a value. */
export function disposeTensors(value: unknown): void {
  dispose(tensorsIn(value));
}

function cloned(value: unknown): unknown {
  if (value instanceof Tensor) return clone(value);
  if (Array.isArray(value)) return value.map(cloned);
  // Objects of a class are left as they are: only their class knows how to copy them.
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cloned(item)]));
}
