import {
  add,
  type GradConfig,
  pad,
  reshape,
  reverse,
  slice,
  slice_util,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { gradient } from "./gradient.ts";
import { zerosBetween } from "./zeros-between.ts";

type Paddings = readonly (readonly [number, number])[];

interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Ops that cut pieces out and that add borders. */
export const slicingGradients: readonly GradConfig[] = [
  gradient(
    "Slice",
    { inputs: ["x"] },
    (dy, { x }, attributes: { begin: number | number[]; size: number | number[] }) => ({
      x: () => {
        const params = slice_util.parseSliceParams(x, attributes.begin, attributes.size);
        const [begin, size] = params as [number[], number[]];
        return pad(
          dy,
          x.shape.map((all, axis): [number, number] => {
            const before = begin[axis] as number;
            return [before, all - before - (size[axis] as number)];
          }),
        );
      },
    }),
  ),
  gradient("StridedSlice", { inputs: ["x"] }, (dy, { x }, attributes: StridedSliceAttributes) => ({
    x: () => unslice(dy, x.shape, attributes),
  })),
  gradient("PadV2", { inputs: ["x"] }, (dy, { x }, { paddings }: { paddings: Paddings }) => ({
    x: () => crop(dy, paddings, x.shape),
  })),
  gradient(
    "MirrorPad",
    {},
    (dy, _, { paddings, mode }: { paddings: Paddings; mode: "reflect" | "symmetric" }) => ({
      x: () =>
        // One axis after the other: corners are reflections of reflections.
        paddings.reduce(
          (folded, [before, after], axis) =>
            fold(folded, axis, before, after, mode === "reflect" ? 1 : 0),
          dy,
        ),
    }),
  ),
];

function unslice(dy: Tensor, shape: readonly number[], a: StridedSliceAttributes): Tensor {
  const { begin, end, strides } = slice_util.sliceInfo(
    [...shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const axes = shape.map((size, axis) => {
    const [first, stop, step] = [begin[axis], end[axis], strides[axis]] as [number, number, number];
    const count = Math.max(0, Math.ceil((stop - first) / step));
    const low = step > 0 ? first : first + (count - 1) * step;
    return { size, step, count, low: count === 0 ? 0 : low };
  });
  let dx = reshape(
    dy,
    axes.map(({ count }) => count),
  );
  const backwards = axes.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  if (backwards.length > 0) dx = reverse(dx, backwards);
  axes.forEach(({ step }, axis) => {
    dx = zerosBetween(dx, axis, Math.abs(step));
  });
  return pad(
    dx,
    axes.map(({ size, low }, axis) => [low, size - low - (dx.shape[axis] as number)]),
  );
}

function crop(dy: Tensor, paddings: Paddings, shape: readonly number[]): Tensor {
  return slice(
    dy,
    paddings.map(([before]) => before),
    [...shape],
  );
}

/** Adds the two mirrored borders of an axis to the values that they mirror. */
function fold(dy: Tensor, axis: number, before: number, after: number, gap: number): Tensor {
  if (before === 0 && after === 0) return dy;
  const size = (dy.shape[axis] as number) - before - after;
  const cut = (begin: number, count: number): Tensor =>
    slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? begin : 0)),
      dy.shape.map((all, i) => (i === axis ? count : all)),
    );
  const mirrored = (begin: number, count: number, to: number): Tensor =>
    pad(
      reverse(cut(begin, count), axis),
      dy.shape.map((_, i) => (i === axis ? [to, size - to - count] : [0, 0])),
    );
  let dx = cut(before, size);
  if (before > 0) dx = add(dx, mirrored(0, before, gap));
  if (after > 0) dx = add(dx, mirrored(before + size, after, size - gap - after));
  return dx;
}
