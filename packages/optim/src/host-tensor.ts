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
  /** In PyTorch's order of axes; `[]` for one number. */
  readonly shape: readonly number[];
  /** The values, as many as the shape says. */
  readonly data: Float32Array;
  /** The only type that state is kept in. */
  readonly dtype: "float32";
}

/**
 * A tensor of the parameter's stored shape, copied to be read in PyTorch's layout.
 * The copy is the caller's and outlives a `tidy`.
 */
export function toTorchLayout(stored: Tensor, parameter: Variable): Tensor {
  return tidy(() => keep(transpose(stored, torchAxes(parameter))));
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

/**
 * @param stored - the shape as it is stored, where it is not the parameter's.
 * @throws {ArgumentError} when `value` is not a host tensor of this shape in PyTorch's layout.
 */
export function checkHostTensor(
  where: string,
  value: unknown,
  parameter: Variable,
  stored: readonly number[] = parameter.shape,
): void {
  const expected = torchAxes(parameter).map((axis) => stored[axis] as number);
  const host = value as Partial<HostTensor> | null;
  const shape = host?.shape;
  if (!Array.isArray(shape) || !util.arraysEqual(shape, expected)) {
    throw new ArgumentError(`${where}: expected shape [${expected}], got ${describe(shape)}`);
  }
  const { data, dtype } = host as Partial<HostTensor>;
  const size = util.sizeFromShape(expected);
  if (dtype !== "float32" || data?.length !== size) {
    throw new ArgumentError(
      `${where}: expected ${size} float32 values, got ${data?.length} of ${dtype}`,
    );
  }
}

/** A parameter's stored axes in PyTorch's order. */
export function torchAxes(parameter: Variable): number[] {
  return layoutOf(parameter) ?? parameter.shape.map((_, axis) => axis);
}

/** A parameter of `@kindling/layers` carries the permutation from its stored axes to PyTorch's. */
function layoutOf(parameter: Variable): number[] | null {
  const { layout } = parameter as { readonly layout?: readonly number[] | null };
  return layout ? [...layout] : null;
}

function describe(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape}]` : "no tensor";
}
