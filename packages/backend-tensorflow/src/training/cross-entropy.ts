import { type CrossEntropyAttributes, FUSED } from "@kindling/core";
import { crossEntropySizes, expectDtype, expectShape, lossShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { type Labels, labelsOf } from "./class-labels.ts";
import { defineKernel, sizeOf } from "./kernel.ts";
import {
  compute,
  constant,
  entryOf,
  filled,
  idOf,
  NONE,
  type NodeBackend,
  type Ops,
  scalar,
} from "./native.ts";

interface Inputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weight?: TensorInfo;
}

interface At {
  readonly ops: Ops;
  readonly backend: NodeBackend;
  readonly attributes: CrossEntropyAttributes;
  readonly rows: number;
  readonly classes: number;
}

/** A loss, and its gradient for the logits. */
interface Losses {
  readonly loss: number;
  readonly gradient: number;
}

/** The loss and its gradient. TensorFlow's op gives both at once, so the gradient is kept as the statistics. */
export const crossEntropyKernels: readonly KernelConfig[] = [
  forward(FUSED.crossEntropy),
  forward(FUSED.weightedCrossEntropy),
  defineKernel<Inputs & { dy: TensorInfo; statistics: TensorInfo }, CrossEntropyAttributes>(
    FUSED.crossEntropyGrad,
    ({ inputs, attrs, backend }) => {
      const { dy, statistics } = inputs;
      const [rows, classes] = crossEntropySizes(FUSED.crossEntropyGrad, inputs, attrs);
      expectDtype(FUSED.crossEntropyGrad, "float32", { dy, statistics });
      expectShape(FUSED.crossEntropyGrad, lossShape(attrs, rows), dy);
      expectShape(FUSED.crossEntropyGrad, [rows, classes], statistics, "statistics");
      if (isOne(backend, dy)) {
        backend.incRef(statistics.dataId);
        return { ...statistics, shape: [rows, classes] };
      }
      return compute(backend, ({ map, reshape, tensor }) => {
        const each = attrs.reduction === "none";
        const upstream = each ? reshape(idOf(backend, dy), [rows, 1]) : idOf(backend, dy);
        return tensor(map("Mul", idOf(backend, statistics), upstream), [rows, classes]);
      });
    },
  ),
];

function forward(kernelName: string): KernelConfig {
  return defineKernel<Inputs, CrossEntropyAttributes>(kernelName, ({ inputs, attrs, backend }) => {
    const { logits, labels: given, weight } = inputs;
    const [rows, classes] = crossEntropySizes(kernelName, inputs, attrs);
    const labels = labelsOf(backend, given, classes, attrs.ignoreIndex);
    const shape = lossShape(attrs, rows);
    if (sizeOf(logits) === 0) {
      const loss = filled(backend, shape, attrs.reduction === "mean" ? Number.NaN : 0);
      return [loss, filled(backend, [rows, classes], 0)];
    }
    return compute(backend, (ops) => {
      const at: At = { ops, backend, attributes: attrs, rows, classes };
      const label = labels.cleaned ? ops.upload(labels.cleaned, [rows]) : idOf(backend, given);
      const ofLabel =
        weight && ops.map("GatherV2", idOf(backend, weight), label, constant(backend, 0));
      const logit = idOf(backend, logits);
      const all =
        weight && attrs.smoothing > 0
          ? ofTargets(at, logit, label, idOf(backend, weight))
          : weighted(at, ofLabels(at, logit, label), ofLabel);
      const result = reduced(at, all, labels, ofLabel);
      return [ops.tensor(result.loss, shape), ops.tensor(result.gradient, [rows, classes])];
    });
  });
}

/** Row by row, of labels without weights. */
function ofLabels(at: At, logits: number, label: number): Losses {
  const { runAll } = at.ops;
  const results =
    at.attributes.smoothing === 0
      ? runAll("SparseSoftmaxCrossEntropyWithLogits", NONE, [logits, label], 2)
      : runAll("SoftmaxCrossEntropyWithLogits", NONE, [logits, smoothed(at, label)], 2);
  const [loss, gradient] = results as [number, number];
  return { loss, gradient };
}

/** Row by row, of targets whose sum is not 1, which TensorFlow's op takes for granted. */
function ofTargets(at: At, logits: number, label: number, weight: number): Losses {
  const { map, sum } = at.ops;
  const targets = map("Mul", smoothed(at, label), weight);
  const logarithms = map("LogSoftmax", logits);
  const total = sum(map("MulNoNan", logarithms, targets), [1]);
  const mass = sum(targets, [1], true);
  const gradient = map("Sub", map("Mul", map("Exp", logarithms), mass), targets);
  return { loss: map("Neg", total), gradient };
}

function smoothed({ ops, backend, attributes, classes }: At, label: number): number {
  const { smoothing } = attributes;
  const even = smoothing / classes;
  const [own, other] = [scalar(backend, 1 - smoothing + even), scalar(backend, even)];
  return ops.map("OneHot", label, constant(backend, classes), own, other);
}

function weighted(at: At, losses: Losses, factor: number | undefined, op = "Mul"): Losses {
  if (factor === undefined) return losses;
  const { map, reshape } = at.ops;
  return {
    loss: map(op, losses.loss, factor),
    gradient: map(op, losses.gradient, reshape(factor, [at.rows, 1])),
  };
}

/** Without the rows to be ignored, whatever they hold, and added up. */
function reduced(at: At, all: Losses, labels: Labels, ofLabel: number | undefined): Losses {
  const { ops, backend, rows } = at;
  const { map } = ops;
  const { kept, count } = labels;
  const mask = kept && ops.upload(kept, [rows]);
  const { loss, gradient } = weighted(at, all, mask, "MulNoNan");
  if (at.attributes.reduction === "none") return { loss, gradient };
  const sum = (id: number) => ops.sum(id, [0]);
  if (at.attributes.reduction === "sum") return { loss: sum(loss), gradient };
  if (ofLabel !== undefined) {
    const total = sum(mask === undefined ? ofLabel : map("Mul", ofLabel, mask));
    return { loss: map("RealDiv", sum(loss), total), gradient: map("RealDiv", gradient, total) };
  }
  const share = scalar(backend, 1 / count);
  return {
    loss: count === rows ? map("Mean", loss, constant(backend, [0])) : map("Mul", sum(loss), share),
    gradient: map("Mul", gradient, share),
  };
}

/** True for the 1 that a loss's gradients start with, which was never with TensorFlow. */
function isOne(backend: NodeBackend, dy: TensorInfo): boolean {
  const { values } = entryOf(backend, dy);
  return dy.shape.length === 0 && values !== null && values[0] === 1;
}
