// Values picked, added up and counted by index.
import {
  DenseBincount,
  type DenseBincountAttrs,
  type DenseBincountInputs,
  GatherV2,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type KernelConfig,
  SearchSorted,
  type SearchSortedAttrs,
  type SearchSortedInputs,
  tidy,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runOp, withNumber } from "./op.ts";

/**
 * tfjs-node's counts no axis from the end, and reads the indices to look for one that is out of range. TensorFlow
 * itself refuses such an index on the CPU; on a GPU it gives zeros.
 */
const gather = defineKernel<GatherV2Inputs, GatherV2Attrs>(
  GatherV2,
  ({ inputs: { x, indices }, attrs, backend }) =>
    withNumber(backend, attrs.axis, "int32", (axis) =>
      runOp(backend, "GatherV2", [x, indices, axis], { batch_dims: attrs.batchDims }),
    ),
);

/** A segment that is none is dropped; TensorFlow drops those below 0 only. */
const segmentSum = defineKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs, backend }) =>
    tidy(() =>
      withNumber(backend, attrs.numSegments, "int32", (count) => {
        const isSegment = runOp(backend, "Less", [segmentIds, count]);
        const segments = withNumber(backend, -1, "int32", (none) =>
          runOp(backend, "SelectV2", [isSegment, segmentIds, none]),
        );
        return runOp(backend, "UnsortedSegmentSum", [x, segments, count]);
      }),
    ),
);

const denseBincount = defineKernel<DenseBincountInputs, DenseBincountAttrs>(
  DenseBincount,
  ({ inputs: { x, weights }, attrs, backend }) =>
    withNumber(backend, attrs.size, "int32", (size) =>
      runOp(backend, "DenseBincount", [x, size, weights], {
        binary_output: attrs.binaryOutput === true,
      }),
    ),
);

const searchSorted = defineKernel<SearchSortedInputs, SearchSortedAttrs>(
  SearchSorted,
  ({ inputs: { sortedSequence, values }, attrs, backend }) =>
    runOp(backend, attrs.side === "left" ? "LowerBound" : "UpperBound", [sortedSequence, values], {
      out_type: { type: "int32" },
    }),
);

export const gatherKernels: readonly KernelConfig[] = [
  gather,
  segmentSum,
  denseBincount,
  searchSorted,
];
