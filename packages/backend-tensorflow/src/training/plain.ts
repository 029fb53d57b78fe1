// tfjs's own kernels that every training step has, in fewer calls: tfjs-node makes and deletes a tensor for the axes
// or the shape each time. Products of matrices stay as they are: TensorFlow's MatMul is quicker than the BatchMatMulV2
// of tfjs-node, but a signal that arrives while it runs, such as a profiler's, corrupts the heap (2.20, AVX-512).
import { stockKernels } from "@kindling/core/kernels";
import {
  backend_util,
  type KernelConfig,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  Reshape,
  type ReshapeAttrs,
  Sum,
  type SumAttrs,
  type TensorInfo,
  Transpose,
  type TransposeAttrs,
  util,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { compute, constant, idOf, type NodeBackend } from "./native.ts";

const sum = defineKernel<{ x: TensorInfo }, SumAttrs>(Sum, ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype !== "float32") return stock(Sum, { x }, attrs, backend);
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
  return compute(backend, ({ sum, tensor }) =>
    tensor(sum(idOf(backend, x), axes, attrs.keepDims), shape),
  );
});

const reshape = defineKernel<{ x: TensorInfo }, ReshapeAttrs>(
  Reshape,
  ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== "float32") return stock(Reshape, { x }, attrs, backend);
    const size = util.sizeFromShape(x.shape);
    const shape = util.inferFromImplicitShape(attrs.shape, size);
    return compute(backend, (ops) => ops.tensor(ops.reshape(idOf(backend, x), shape), shape));
  },
);

const transpose = defineKernel<{ x: TensorInfo }, TransposeAttrs>(
  Transpose,
  ({ inputs: { x }, attrs: { perm }, backend }) => {
    if (x.dtype !== "float32") return stock(Transpose, { x }, { perm }, backend);
    return compute(backend, ({ map, tensor }) => {
      const id = map(Transpose, idOf(backend, x), constant(backend, perm));
      return tensor(
        id,
        perm.map((axis) => x.shape[axis] as number),
      );
    });
  },
);

export const plainKernels: readonly KernelConfig[] = [sum, reshape, transpose];

function stock(
  name: string,
  inputs: NamedTensorInfoMap,
  attributes: object,
  backend: NodeBackend,
): TensorInfo | TensorInfo[] {
  const kernel = stockKernels("tensorflow").get(name) as KernelConfig;
  return kernel.kernelFunc({ inputs, attrs: attributes as NamedAttrMap, backend });
}
