// The optimizers' fused steps: all parameters in a few dispatches and one upload, in place where that is safe.
// The contract (order of inputs and outputs, attributes, when in place is allowed) is in
// packages/core/src/fused-steps.ts.
import {
  ADAM_STEP,
  type AdamStepAttributes,
  SGD_STEP,
  type SgdStepAttributes,
} from "@kindling/core";
import { expectStep } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "../kernels/kernel.ts";
import { writable } from "./in-place.ts";
import { adamRule, sgdRule } from "./optimizer-rules.ts";
import { dispatch, elementwise, groupsFor, upload } from "./recorder.ts";

/** How an optimizer updates one value, and with what. */
export interface Rule<A> {
  /** WGSL names of a parameter's tensors: itself, its gradient and its buffers. */
  readonly kinds: (attributes: A) => readonly string[];
  /** Numbers that all parameters share. */
  readonly shared: (attributes: A) => Readonly<Record<string, number>>;
  /** Numbers for each parameter. */
  readonly lists: (attributes: A) => Readonly<Record<string, readonly number[]>>;
  /** WGSL for value `i`, from the kinds and `own` and `u`, the uniforms, of this slot. */
  readonly update: (attributes: A, slot: (name: string) => string) => string;
}

/** Parameters in a dispatch: some drivers would bind thousands of buffers. */
const MOST_SLOTS = 16;

export const optimizerSteps: readonly KernelConfig[] = [
  step<AdamStepAttributes>(ADAM_STEP, adamRule),
  step<SgdStepAttributes>(SGD_STEP, sgdRule),
];

function step<A extends { readonly count: number }>(name: string, rule: Rule<A>): KernelConfig {
  return defineKernel<readonly TensorInfo[], A>(name, ({ inputs, attrs, backend }) => {
    const { count } = attrs;
    const lists = Object.values(rule.lists(attrs));
    expectStep(name, inputs, count, rule.kinds(attrs).length, lists);
    const targets = inputs.map((input, i) => {
      return i >= count && i < 2 * count ? input : writable(backend, input);
    });
    run(name, backend, targets, attrs, rule);
    return [...targets.slice(0, count), ...targets.slice(2 * count)];
  });
}

function run<A extends { readonly count: number }>(
  label: string,
  backend: WebGPUBackend,
  tensors: readonly TensorInfo[],
  attributes: A,
  rule: Rule<A>,
): void {
  const { count } = attributes;
  const { limits } = backend.device;
  const kinds = rule.kinds(attributes);
  const shared = rule.shared(attributes);
  const lists = rule.lists(attributes);
  // Every tensor is a binding of its own, and a dispatch has eight of them unless the device was asked for more.
  const room = Math.floor(limits.maxStorageBuffersPerShaderStage / kinds.length);
  const slots = Math.max(1, Math.min(MOST_SLOTS, room));
  // Of similar size together, so that few threads of a dispatch have nothing to do for some of them.
  const order = Array.from({ length: count }, (_, i) => i)
    .filter((i) => sizeOf(tensors[i] as TensorInfo) > 0)
    .sort((a, b) => sizeOf(tensors[b] as TensorInfo) - sizeOf(tensors[a] as TensorInfo));
  const batches = Array.from({ length: Math.ceil(order.length / slots) }, (_, i) => {
    return order.slice(i * slots, (i + 1) * slots);
  });
  if (batches.length === 0) return;

  const words = 1 + Object.keys(shared).length + slots * (1 + Object.keys(lists).length);
  const alignment = limits.minUniformBufferOffsetAlignment;
  const stride = Math.ceil((4 * words) / alignment) * alignment;
  const constants = new DataView(new ArrayBuffer(stride * batches.length));
  batches.forEach((batch, at) => {
    let offset = at * stride;
    const put = (value: number, integer = false) => {
      if (integer) constants.setUint32(offset, value, true);
      else constants.setFloat32(offset, value, true);
      offset += 4;
    };
    const sizes = batch.map((i) => sizeOf(tensors[i] as TensorInfo));
    put(sizes[0] as number, true); // the largest
    for (const value of Object.values(shared)) put(value);
    batch.forEach((i, slot) => {
      put(sizes[slot] as number, true);
      for (const list of Object.values(lists)) put(list[i] as number);
    });
  });
  const buffer = upload(backend, constants.buffer, "uniform");

  batches.forEach((batch, at) => {
    const named = batch.flatMap((i, slot) =>
      kinds.map((kind, k) => [`${kind}${slot}`, tensors[k * count + i] as TensorInfo] as const),
    );
    const isGradient = (name: string) => name.startsWith(kinds[1] as string);
    const fields = [
      "size: u32",
      ...Object.keys(shared).map((name) => `${name}: f32`),
      ...batch.flatMap((_, slot) => [
        `size${slot}: u32`,
        ...Object.keys(lists).map((name) => `${name}${slot}: f32`),
      ]),
    ];
    const updates = batch.map((_, slot) => {
      const body = rule.update(attributes, (name) => `${name}${slot}`);
      return `  if (i < u.size${slot}) {\n${body}\n  }`;
    });
    dispatch(backend, {
      label,
      code: elementwise(updates.join("\n")),
      reads: Object.fromEntries(named.filter(([name]) => isGradient(name))),
      writes: Object.fromEntries(named.filter(([name]) => !isGradient(name))),
      uniforms: {
        fields: fields.join(", "),
        binding: { buffer, offset: at * stride, size: 4 * fields.length },
      },
      workgroups: groupsFor(sizeOf(tensors[batch[0] as number] as TensorInfo)),
    });
  });
}
