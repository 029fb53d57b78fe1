import { ArgumentError } from "@kindling/core";
import {
  keep,
  type Tensor,
  tensor,
  tidy,
  transpose,
  util,
  type Variable,
} from "@tensorflow/tfjs-core";

/** A tensor in host memory, row-major, in PyTorch's layout. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly dtype: "float32";
}

/**
 * A tensor of the parameter's stored shape, copied to be read in PyTorch's layout.
 * The copy is the caller's and outlives a `tidy`.
 */
export function toTorchLayout(stored: Tensor, parameter: Variable): Tensor {
  return tidy(() =>
    keep(transpose(stored, layoutOf(parameter) ?? stored.shape.map((_, axis) => axis))),
  );
}

/** The inverse: uploads a host tensor as a kept tensor in the parameter's stored layout. */
export function fromTorchLayout(host: HostTensor, parameter: Variable): Tensor {
  return tidy(() => {
    const uploaded = tensor(Float32Array.from(host.data), [...host.shape], "float32");
    const layout = layoutOf(parameter);
    if (layout === null) return keep(uploaded);
    const inverse = layout.map((_, axis) => layout.indexOf(axis));
    return keep(transpose(uploaded, inverse));
  });
}

/** @throws {ArgumentError} when `value` is not a host tensor of the parameter's shape in PyTorch's layout. */
export function checkHostTensor(where: string, value: unknown, parameter: Variable): void {
  const expected = torchShape(parameter);
  const host = value as Partial<HostTensor> | null;
  const shape = host?.shape;
  if (!Array.isArray(shape) || !util.arraysEqual(shape, expected)) {
    throw new ArgumentError(`${where}: expected shape [${expected}], got ${describe(shape)}`);
  }
  const { data, dtype } = host as Partial<HostTensor>;
  if (dtype !== "float32" || data?.length !== parameter.size) {
    throw new ArgumentError(
      `${where}: expected ${parameter.size} float32 values, got ${data?.length} of ${dtype}`,
    );
  }
}

function torchShape(parameter: Variable): number[] {
  const layout = layoutOf(parameter);
  return layout?.map((axis) => parameter.shape[axis] as number) ?? parameter.shape;
}

/** A parameter of `@kindling/layers` carries the permutation from its stored axes to PyTorch's. */
function layoutOf(parameter: Variable): number[] | null {
  const { layout } = parameter as { readonly layout?: readonly number[] | null };
  return layout ? [...layout] : null;
}

function describe(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape}]` : "no tensor";
}
