import { type KernelConfig, TopK, type TopKAttrs, type TopKInputs } from "@tensorflow/tfjs-core";
import { dispatch, elementwise, groupsFor } from "../training/recorder.ts";
import { allocate, defineKernel, sizeOf } from "./kernel.ts";
import { wgslType } from "./program.ts";
import { runStockMany } from "./stock.ts";

/** From here on tfjs's sorting network is the faster one: this compares each value with each of its row. */
const MOST_COMPARED = 4096;

/**
 * The largest of each row and where they are; of equal ones the first. tfjs's own gives ties in any order, takes
 * integers through floats, gives away its input when a row has one value, and changes its shape when k is 0.
 */
const topK = defineKernel<TopKInputs, TopKAttrs>(TopK, ({ inputs: { x }, attrs, backend }) => {
  const length = x.shape.at(-1) ?? 1;
  if (x.dtype === "float32" && length > MOST_COMPARED && attrs.k > 0) {
    return runStockMany(TopK, { x }, attrs, backend);
  }
  const shape = [...x.shape.slice(0, -1), attrs.k];
  const [values, places] = [allocate(backend, shape, x.dtype), allocate(backend, shape, "int32")];
  if (sizeOf(values) === 0) return [values, places];
  const type = wgslType(x.dtype);
  dispatch(backend, {
    label: TopK,
    code: elementwise(`
  let place = i % u.length;
  let first = i - place;
  let value = ${type}(x[i]);
  var rank = 0u;
  for (var k = 0u; k < u.length; k++) {
    let other = ${type}(x[first + k]);
    if (other > value || (other == value && k < place)) { rank++; }
  }
  if (rank < u.k) {
    let at = i / u.length * u.k + rank;
    values[at] = value;
    places[at] = i32(place);
  }`),
    reads: { x },
    writes: { values, places },
    uniforms: { size: ["u32", sizeOf(x)], length: ["u32", length], k: ["u32", attrs.k] },
    workgroups: groupsFor(sizeOf(x)),
  });
  return [values, places];
});

export const topKKernels: readonly KernelConfig[] = [topK];
