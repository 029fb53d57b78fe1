// Dispatches of our own beside tfjs's, recorded into the same command encoder so that their order is kept.
//
// tfjs's `runWebGPUProgram` has one output and uploads a uniform buffer with every dispatch. Here a dispatch
// writes any number of tensors, and uniforms that were seen before (a layer's sizes) are already there.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { env, type TensorInfo } from "@tensorflow/tfjs-core";

/** What `WebGPUBackend` declares private: the state of tfjs 4.22's recording. */
interface Recording {
  readonly commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  /** Goes back to the pool when what is recorded has been submitted. */
  readonly uniformPendingDisposal: GPUBuffer[];
}

/** A number in the uniforms, by its WGSL type. */
export type Uniform = readonly [type: "i32" | "u32" | "f32", value: number];

/** Uniforms that were uploaded by the caller, with the fields of their struct in WGSL. */
export interface UniformBlock {
  readonly fields: string;
  readonly binding: GPUBufferBinding;
}

export interface Dispatch {
  readonly label: string;
  /** WGSL with an entry point `main`. Every binding must be used: `u` and the names below. */
  readonly code: string;
  readonly reads: Readonly<Record<string, TensorInfo | GPUBuffer>>;
  /** May be read, too. */
  readonly writes: Readonly<Record<string, TensorInfo>>;
  readonly uniforms: Readonly<Record<string, Uniform>> | UniformBlock;
  /** Element types that differ from the tensors': u32 for bits, which the compiler cannot take for numbers. */
  readonly types?: Readonly<Record<string, "u32">>;
  readonly workgroups: readonly [x: number, y?: number, z?: number];
}

/** Threads in a group of {@link elementwise}. */
const GROUP = 64;
const PER_DIMENSION = 65535;
const MOST_UNIFORMS = 512;

interface OfDevice {
  readonly pipelines: Map<string, GPUComputePipeline>;
  readonly uniforms: Map<string, GPUBuffer>;
}
const devices = new WeakMap<GPUDevice, OfDevice>();

/** Records one dispatch behind everything that was recorded before. */
export function dispatch(backend: WebGPUBackend, pass: Dispatch): void {
  const { label, reads, writes, uniforms, workgroups } = pass;
  if (workgroups.includes(0)) return;
  const { device } = backend;
  const tensors = { ...reads, ...writes };
  const block = isBlock(uniforms) ? uniforms : cached(device, uniforms);
  const buffers = Object.values(tensors).map((one) => bufferOf(backend, one));
  const resources: GPUBufferBinding[] = [...buffers.map((buffer) => ({ buffer })), block.binding];
  const pipeline = pipelineOf(device, label, header(pass, block.fields) + pass.code);
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({ binding, resource })),
  });
  const recording = recordingOf(backend);
  for (const one of Object.values(tensors)) {
    if ("dataId" in one) recording.commandQueueOwnedIds.add(one.dataId);
  }
  backend.ensureCommandEncoderReady();
  recording.computePassEncoder ??= recording.commandEncoder.beginComputePass();
  recording.computePassEncoder.setPipeline(pipeline);
  recording.computePassEncoder.setBindGroup(0, bindGroup);
  recording.computePassEncoder.dispatchWorkgroups(...workgroups);
  recording.dispatchCountInPass++;
  if (recording.dispatchCountInPass < env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/**
 * Bytes on the device until what is recorded next has been submitted, in a buffer of the pool.
 *
 * The write happens before anything recorded: no recorded command uses the buffer, since buffers return to
 * the pool at a submit only.
 */
export function upload(
  backend: WebGPUBackend,
  bytes: ArrayBuffer,
  usage: "storage" | "uniform",
): GPUBuffer {
  const kind = usage === "storage" ? GPUBufferUsage.STORAGE : GPUBufferUsage.UNIFORM;
  const flags = kind | GPUBufferUsage.COPY_DST;
  const buffer = backend.bufferManager.acquireBuffer(bytes.byteLength, flags);
  backend.queue.writeBuffer(buffer, 0, bytes);
  recordingOf(backend).uniformPendingDisposal.push(buffer);
  return buffer;
}

/** Records a copy of a tensor's values into another of the same size. */
export function copy(backend: WebGPUBackend, from: TensorInfo, to: TensorInfo): void {
  const [source, target] = [bufferOf(backend, from), bufferOf(backend, to)];
  const recording = recordingOf(backend);
  for (const { dataId } of [from, to]) recording.commandQueueOwnedIds.add(dataId);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  recording.commandEncoder.copyBufferToBuffer(source, 0, target, 0, source.size);
}

/** An entry point with `i` from 0 to the uniform `size` − 1; see {@link groupsFor}. */
export function elementwise(body: string): string {
  return `
@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${GROUP}u + local;
  if (i >= u.size) { return; }
${body}
}`;
}

/** Groups of {@link elementwise} for `size` values; in two dimensions, as one holds only 65,535. */
export function groupsFor(size: number): [number, number] {
  return spread(Math.ceil(size / GROUP));
}

/** As many groups or some more, in two dimensions: group.y · groups.x + group.x is which. */
export function spread(count: number): [number, number] {
  const y = Math.max(1, Math.ceil(count / PER_DIMENSION));
  return [Math.ceil(count / y), y];
}

function bufferOf(backend: WebGPUBackend, one: TensorInfo | GPUBuffer): GPUBuffer {
  if (!("dataId" in one)) return one;
  // Moves a tensor that was made on another backend, and uploads one that is still in host memory.
  const data = backend.tensorMap.get(one.dataId);
  backend.uploadToGPU(one.dataId);
  return data.resource as GPUBuffer;
}

function recordingOf(backend: WebGPUBackend): Recording {
  return backend as unknown as Recording;
}

function isBlock(uniforms: Dispatch["uniforms"]): uniforms is UniformBlock {
  return "binding" in uniforms;
}

function header({ reads, writes, types = {} }: Dispatch, fields: string): string {
  const names = [...Object.keys(reads), ...Object.keys(writes)];
  const lines = names.map((name, binding) => {
    const tensor = writes[name] ?? reads[name];
    const element = types[name] ?? elementOf(tensor as TensorInfo | GPUBuffer);
    const access = name in writes ? "read_write" : "read";
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${element}>;\n`;
  });
  const uniforms = `@group(0) @binding(${names.length}) var<uniform> u: Uniforms;\n`;
  return `struct Uniforms { ${fields} }\n${lines.join("")}${uniforms}`;
}

function elementOf(one: TensorInfo | GPUBuffer): string {
  if (!("dataId" in one)) return "u32";
  return one.dtype === "float32" ? "f32" : "i32"; // tfjs keeps a bool in four bytes there
}

function ofDevice(device: GPUDevice): OfDevice {
  const known = devices.get(device);
  if (known) return known;
  const fresh = { pipelines: new Map(), uniforms: new Map() };
  devices.set(device, fresh);
  return fresh;
}

function pipelineOf(device: GPUDevice, label: string, code: string): GPUComputePipeline {
  const { pipelines } = ofDevice(device);
  const known = pipelines.get(code);
  if (known) return known;
  const module = device.createShaderModule({ label, code });
  const pipeline = device.createComputePipeline({
    label,
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  pipelines.set(code, pipeline);
  return pipeline;
}

// Never written again, so that any number of recorded dispatches may share it.
function cached(device: GPUDevice, uniforms: Readonly<Record<string, Uniform>>): UniformBlock {
  const entries = Object.entries(uniforms);
  const fields = entries.map(([name, [type]]) => `${name}: ${type}`).join(", ");
  const view = new DataView(new ArrayBuffer(4 * entries.length));
  entries.forEach(([, [type, value]], i) => {
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else view.setInt32(4 * i, value, true);
  });
  const words = new Uint32Array(view.buffer);
  const key = words.join();
  const known = ofDevice(device).uniforms;
  let buffer = known.get(key);
  if (buffer === undefined) {
    const { size, usage } = { size: words.byteLength, usage: GPUBufferUsage.UNIFORM };
    buffer = device.createBuffer({ size, usage, mappedAtCreation: true });
    new Uint32Array(buffer.getMappedRange()).set(words);
    buffer.unmap();
    // Left to the garbage collector and not destroyed: it may be in what is recorded.
    if (known.size === MOST_UNIFORMS) known.delete(known.keys().next().value as string);
    known.set(key, buffer);
  }
  return { fields, binding: { buffer } };
}
