import { type CrossEntropyAttributes, FUSED } from "@kindling/core";
import { crossEntropySizes, expectDtype, expectShape, lossShape } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import { gradientCode, rowCode, sumCode } from "./cross-entropy-code.ts";
import { dispatch, elementwise, groupsFor, spread, type Uniform } from "./recorder.ts";

interface Inputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weight?: TensorInfo;
}

const REDUCTIONS = { none: -1, sum: 0, mean: 1 } as const;

/** The loss and its gradient. A label that is no class makes both NaN: nothing is read from the device. */
export const crossEntropyKernels: readonly KernelConfig[] = [
  forward(FUSED.crossEntropy),
  forward(FUSED.weightedCrossEntropy),
  defineKernel<Inputs & { dy: TensorInfo; statistics: TensorInfo }, CrossEntropyAttributes>(
    FUSED.crossEntropyGrad,
    ({ inputs, attrs, backend }) => {
      const { dy, logits, labels, statistics, weight } = inputs;
      const [rows, classes] = crossEntropySizes(FUSED.crossEntropyGrad, inputs, attrs);
      expectDtype(FUSED.crossEntropyGrad, "float32", { dy, statistics });
      expectShape(FUSED.crossEntropyGrad, lossShape(attrs, rows), dy);
      expectShape(FUSED.crossEntropyGrad, [rows, 4], statistics, "statistics");
      const dx = allocate(backend, logits.shape);
      const size = sizeOf(dx);
      if (size === 0) return dx;
      const upstream = scalarOnHost(backend, dy);
      const bound = upstream === null;
      dispatch(backend, {
        label: FUSED.crossEntropyGrad,
        code: elementwise(gradientCode(weight !== undefined, bound)),
        reads: {
          ...(bound ? { dy } : {}),
          logits,
          labels,
          statistics,
          ...(weight ? { weight } : {}),
        },
        writes: { dx },
        types: { dx: "u32" },
        uniforms: {
          ...uniformsOf(attrs, rows, classes),
          size: ["u32", size],
          upstream: ["f32", upstream ?? 0],
        },
        workgroups: groupsFor(size),
      });
      return dx;
    },
  ),
];

function forward(kernelName: string): KernelConfig {
  return defineKernel<Inputs, CrossEntropyAttributes>(kernelName, ({ inputs, attrs, backend }) => {
    const { logits, labels, weight } = inputs;
    const [rows, classes] = crossEntropySizes(kernelName, inputs, attrs);
    const byRow = attrs.reduction === "none";
    if (sizeOf(logits) === 0) {
      const nothing = attrs.reduction === "mean" ? Number.NaN : 0;
      const shape = lossShape(attrs, rows);
      const loss = new Float32Array(byRow ? rows : 1).fill(nothing);
      return [backend.makeTensorInfo(shape, "float32", loss), zeros(backend, [rows, 4])];
    }
    const losses = allocate(backend, [rows]);
    const statistics = allocate(backend, [rows, 4]);
    const uniforms = uniformsOf(attrs, rows, classes);
    const weighted = weight !== undefined;
    const weights = weighted ? { weight } : {};
    dispatch(backend, {
      label: kernelName,
      code: rowCode(weighted),
      reads: { logits, labels, ...weights },
      writes: { losses, statistics },
      types: { losses: "u32" },
      uniforms,
      workgroups: spread(rows),
    });
    if (byRow) return [losses, statistics];
    const loss = allocate(backend, []);
    dispatch(backend, {
      label: `${kernelName}Sum`,
      code: sumCode(weighted),
      reads: { losses, labels, ...weights },
      writes: { loss, statistics },
      types: { losses: "u32", loss: "u32" },
      uniforms,
      workgroups: [1],
    });
    backend.disposeData(losses.dataId);
    return [loss, statistics];
  });
}

/**
 * The value of a scalar that was never on the device, as the 1 is with which a loss's gradients start: in the
 * uniforms, which are there already, it costs no upload.
 */
function scalarOnHost(backend: WebGPUBackend, { dataId, shape }: TensorInfo): number | null {
  const { values, resource } = backend.tensorMap.get(dataId);
  return shape.length === 0 && resource == null && values != null ? (values[0] as number) : null;
}

function uniformsOf(
  { ignoreIndex, smoothing, reduction }: CrossEntropyAttributes,
  rows: number,
  classes: number,
): Record<string, Uniform> {
  return {
    rows: ["i32", rows],
    classes: ["i32", classes],
    ignore: ["i32", ignoreIndex],
    /** How much of the target is the label's, and how much every class has. */
    own: ["f32", 1 - smoothing],
    even: ["f32", smoothing / classes],
    mean: ["i32", REDUCTIONS[reduction]],
  };
}
