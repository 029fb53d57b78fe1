import { ArgumentError } from "@kindling/core";
import {
  clone,
  dispose,
  keep,
  type ShapeMap,
  type Tensor,
  tensor,
  util,
  type Variable,
} from "@tensorflow/tfjs-core";

/** A model whose weights can be found: a `Module`, or anything with these. */
export interface ModelWeights {
  /** What is trained, of any shape, in an order that stays. */
  readonly parameters: () => readonly Variable[];
  /** What is not trained but belongs to the weights: running statistics. */
  readonly buffers: () => readonly Variable[];
}

/** Tensors in ordinary memory, as a checkpoint takes them. */
export type HostTensors = readonly {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}[];

/** Parameters, then buffers. */
export function weightsOf(model: ModelWeights): Variable[] {
  return [...model.parameters(), ...model.buffers()];
}

/** Copies that outlive a `tidy` and the variables' next values; they share memory until one changes. */
export function copies(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((item) => keep(clone(item)));
}

/** Gives the variables these values, which stay the caller's. */
export function assignAll(variables: readonly Variable[], values: readonly Tensor[]): void {
  variables.forEach((variable, i) => {
    variable.assign(values[i] as Tensor);
  });
}

/** Reads tensors; what they hold at the call, whatever happens while it is awaited. */
export async function toHost(tensors: readonly Tensor[]): Promise<HostTensors> {
  const held = copies(tensors);
  try {
    return await Promise.all(
      held.map(async (item) => {
        const data = (await item.data()) as Float32Array | Int32Array;
        // A copy: some backends give what they compute with.
        return { shape: item.shape.slice(), data: data.slice() };
      }),
    );
  } finally {
    dispose(held);
  }
}

/**
 * The tensors that {@link toHost} read, kept; the caller disposes them.
 *
 * @throws {ArgumentError} when they are not of the shapes of `like`.
 */
export function fromHost(where: string, host: HostTensors, like: readonly Tensor[]): Tensor[] {
  const shapes = host.map(({ shape }) => shape);
  const fits =
    host.length === like.length &&
    like.every(({ shape }, i) => util.arraysEqual(shape, [...(shapes[i] ?? [])]));
  if (!fits) {
    const list = (all: readonly (readonly number[])[]) => all.map((s) => `[${s}]`).join(" ");
    throw new ArgumentError(
      `${where}: expected weights of shapes ${list(like.map(({ shape }) => shape))}, got ${list(shapes)}; ` +
        "restore into the model that the state was saved of",
    );
  }
  return host.map(({ shape, data }) => uploaded(shape, data));
}

/** A kept tensor; the data stays the caller's. */
export function uploaded(shape: readonly number[], data: Float32Array | Int32Array): Tensor {
  const dtype = data instanceof Int32Array ? "int32" : "float32";
  return keep(tensor(data.slice(), shape.slice() as ShapeMap[keyof ShapeMap], dtype));
}
