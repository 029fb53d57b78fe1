// Max pools by the places of their maxima, which TensorFlow has as int64.
import { type Tensor, type TensorInfo, tidy } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import { bordered, withoutBorders } from "./borders.ts";
import { runOnIds, runOp, withNumber } from "./op.ts";
import type { PoolWindows } from "./pool-windows.ts";

/** The index of each window's first maximum in the flattened images, int32, of the windows' shape. */
export function placesOfMaxima(
  backend: NodeBackend,
  x: TensorInfo,
  windows: PoolWindows,
  includeBatch: boolean,
): Tensor {
  return tidy(() => {
    const { shape, places } = withPlaces(backend, x, windows, includeBatch, (places, whole) => {
      const [int32] = runOnIds(backend, "Cast", [places], 1, { DstT: { type: "int32" } });
      if (int32 === undefined) throw new Error("Cast: expected an output");
      return { shape: whole.shape, places: backend.createOutputTensor(int32) };
    });
    return windows.padding === null ? unbordered(backend, places, shape, x.shape, windows) : places;
  });
}

/** The gradient of a max pool, each window's to the first of its maxima. */
export function gradientByPlaces(
  backend: NodeBackend,
  dy: TensorInfo,
  x: TensorInfo,
  windows: PoolWindows,
): Tensor {
  return tidy(() => {
    const gradient = withPlaces(backend, x, windows, false, (places, whole) => {
      const ids = [...backend.getInputTensorIds([whole, dy]), places];
      const padding = windows.padding ?? "VALID";
      const attributes = { ...windows.attributes, padding, include_batch_in_index: false };
      const [output] = runOnIds(backend, "MaxPoolGradWithArgmax", ids, 1, attributes);
      if (output === undefined) throw new Error("MaxPoolGradWithArgmax: expected an output");
      return backend.createOutputTensor(output);
    });
    if (windows.padding !== null) return gradient;
    return withoutBorders(backend, gradient, windows.borders, x.shape);
  });
}

/** @param use - called with the binding's number for the places, and the images that they are in. */
function withPlaces<T>(
  backend: NodeBackend,
  x: TensorInfo,
  { attributes, borders, padding }: PoolWindows,
  includeBatch: boolean,
  use: (places: number, images: TensorInfo) => T,
): T {
  const images = padding === null ? bordered(backend, x, borders, Number.NEGATIVE_INFINITY) : x;
  const ids = backend.getInputTensorIds([images]);
  const made = runOnIds(backend, "MaxPoolWithArgmax", ids, 2, {
    ...attributes,
    padding: padding ?? "VALID",
    include_batch_in_index: includeBatch,
    Targmax: { type: "int64" },
  });
  try {
    return use(made[1]?.id as number, images);
  } finally {
    for (const { id } of made) backend.binding.deleteTensor(id);
  }
}

/** Places in images with borders, as places in the images. */
function unbordered(
  backend: NodeBackend,
  places: Tensor,
  from: readonly number[],
  to: readonly number[],
  { borders }: PoolWindows,
): Tensor {
  const op = (name: string, a: TensorInfo, b: number): Tensor =>
    withNumber(backend, b, "int32", (scalar) => runOp(backend, name, [a, scalar]));
  const [, , width = 0, channels = 0] = from;
  const [, height = 0] = from;
  const [top = 0, left = 0] = borders.map(([before]) => before);
  const channel = op("FloorMod", places, channels);
  const cell = op("FloorDiv", places, channels);
  const column = op("Sub", op("FloorMod", cell, width), left);
  const line = op("FloorDiv", cell, width);
  const row = op("Sub", op("FloorMod", line, height), top);
  const image = op("FloorDiv", line, height);
  const [, rows = 0, columns = 0] = to;
  const add = (a: Tensor, b: Tensor): Tensor => runOp(backend, "AddV2", [a, b]);
  const lines = add(op("Mul", image, rows), row);
  const cells = add(op("Mul", lines, columns), column);
  return add(op("Mul", cells, channels), channel);
}
