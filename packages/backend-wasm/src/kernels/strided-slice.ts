import {
  type KernelConfig,
  reshape,
  StridedSlice,
  type StridedSliceAttrs,
  type StridedSliceInputs,
  slice,
  slice_util,
  type Tensor,
  tidy,
  util,
} from "@tensorflow/tfjs-core";
import { allocate, defineKernel, track } from "./kernel.ts";

/** Every n-th value along each axis, also backwards. tfjs's own makes float32 of the bits of other types. */
export const stridedSliceKernel: KernelConfig = defineKernel<StridedSliceInputs, StridedSliceAttrs>(
  StridedSlice,
  ({ inputs: { x }, attrs, backend }) => {
    const { finalShapeSparse, finalShape, begin, end, strides, ...kind } = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    if (kind.isIdentity) return reshape(x as Tensor, finalShape);
    return tidy(() => {
      if (kind.sliceDim0 || kind.isSimpleSlice) {
        const size = slice_util.computeOutShape(begin, end, strides);
        return reshape(slice(x as Tensor, begin, size), finalShape);
      }
      const output = allocate(backend, finalShapeSparse, x.dtype);
      const source = backend.typedArrayFromHeap(x);
      const target = backend.typedArrayFromHeap(output);
      const steps = [...util.computeStrides(x.shape), 1];
      const at = finalShapeSparse.map(() => 0);
      for (let i = 0; i < target.length; i++) {
        let from = 0;
        for (let axis = 0; axis < at.length; axis++) {
          const place = (begin[axis] as number) + (at[axis] as number) * (strides[axis] as number);
          from += place * (steps[axis] as number);
        }
        target[i] = source[from] as number;
        for (let axis = at.length - 1; axis >= 0; axis--) {
          at[axis] = (at[axis] as number) + 1;
          if ((at[axis] as number) < (finalShapeSparse[axis] as number)) break;
          at[axis] = 0;
        }
      }
      return reshape(track<Tensor>(output), finalShape);
    });
  },
);
