import { Tensor } from "@tensorflow/tfjs-core";

/**
 * A value as examples write it: tensors as nested lists of their values, typed arrays with their type in
 * front, texts in quotes, plain objects by their fields, anything that has a `toString` of its own by that.
 */
export async function show(value: unknown): Promise<string> {
  if (value instanceof Tensor) return showTensor(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) {
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (Array.isArray(value)) return `[${(await showAll(value)).join(", ")}]`;
  if (ArrayBuffer.isView(value)) {
    const values = Array.from(value as unknown as ArrayLike<number>, String);
    return `${value.constructor.name} [${values.join(", ")}]`;
  }
  if (value instanceof Map) return `Map ${await show([...value])}`;
  if (value instanceof Set) return `Set ${await show([...value])}`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value.toString !== Object.prototype.toString) return String(value);
  const shown = await showAll(Object.values(value));
  const fields = Object.keys(value).map((key, i) => `${key}: ${shown[i]}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

async function showTensor(tensor: Tensor): Promise<string> {
  const values = Array.from(await tensor.data(), (value) =>
    tensor.dtype === "bool"
      ? String(Boolean(value))
      : typeof value === "string"
        ? value
        : String(value),
  );
  const nested = (axis: number): string => {
    if (axis === tensor.rank) return values.shift() ?? "";
    return `[${Array.from({ length: tensor.shape[axis] ?? 0 }, () => nested(axis + 1)).join(", ")}]`;
  };
  return nested(0);
}

function showAll(values: readonly unknown[]): Promise<string[]> {
  return Promise.all(values.map(show));
}
