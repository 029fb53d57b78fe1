// For tests and benchmarks: what a piece of work asks of the GPU, counted at the WebGPU API itself.
import type {} from "@tensorflow/tfjs-backend-webgpu";

export interface Commands {
  dispatches: number;
  /** Writes of uniforms and of data, by `queue.writeBuffer`. */
  writes: number;
  /** Tensors that came from host memory in a buffer mapped for it. */
  uploads: number;
  submits: number;
  buffers: number;
  /** Dispatches by the label of their pipeline. */
  readonly byLabel: Record<string, number>;
}

/** Counts from here until `stop`. Buffers of uniforms and readbacks are not uploads. */
export function countCommands(device: GPUDevice): { commands: Commands; stop: () => void } {
  const commands: Commands = {
    ...{ dispatches: 0, writes: 0, uploads: 0, submits: 0, buffers: 0 },
    byLabel: {},
  };
  const undo: (() => void)[] = [];
  const wrap = <T extends object, K extends keyof T>(
    object: T,
    name: K,
    before: (self: T, args: readonly unknown[]) => void,
  ): void => {
    const original = object[name] as (...args: unknown[]) => unknown;
    const counted = function (this: T, ...args: unknown[]): unknown {
      before(this, args);
      return original.apply(this, args);
    };
    object[name] = counted as T[K];
    undo.push(() => {
      object[name] = original as T[K];
    });
  };
  let label = "";
  wrap(GPUComputePassEncoder.prototype, "setPipeline", (_, [pipeline]) => {
    label = (pipeline as GPUComputePipeline).label;
  });
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => {
    commands.dispatches++;
    commands.byLabel[label] = (commands.byLabel[label] ?? 0) + 1;
  });
  wrap(GPUQueue.prototype, "writeBuffer", () => {
    commands.writes++;
  });
  wrap(GPUQueue.prototype, "submit", () => {
    commands.submits++;
  });
  wrap(Object.getPrototypeOf(device) as GPUDevice, "createBuffer", (_, [descriptor]) => {
    const { mappedAtCreation = false, usage } = descriptor as GPUBufferDescriptor;
    commands.buffers++;
    if (mappedAtCreation && (usage & GPUBufferUsage.UNIFORM) === 0) commands.uploads++;
  });
  const stop = (): void => {
    for (const back of undo.reverse()) back();
  };
  return { commands, stop };
}
