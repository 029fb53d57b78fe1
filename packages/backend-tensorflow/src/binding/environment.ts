/// <reference types="node" />
// TensorFlow takes its settings from the environment, once, when the native library starts.
import { ArgumentError } from "@kindling/core";

/** Which device, and how much of the machine, TensorFlow may take. */
export interface TensorflowOptions {
  /**
   * `cuda`: an NVIDIA GPU or an error that says why not. `cpu`: never a GPU. `auto`: a GPU where there is one.
   *
   * @defaultValue "auto"
   */
  device?: "cuda" | "cpu" | "auto";
  /**
   * Which GPU, counted from 0 as CUDA counts, or within `CUDA_VISIBLE_DEVICES` where that is set.
   *
   * @defaultValue 0
   */
  gpu?: number;
  /**
   * Take GPU memory as it is needed. False takes nearly all of it at the start, which is TensorFlow's way.
   *
   * @defaultValue true, unless `TF_FORCE_GPU_ALLOW_GROWTH` is set
   */
  memoryGrowth?: boolean;
  /**
   * Threads for one op on the CPU, from 1.
   *
   * @defaultValue as many as there are cores, or `TF_NUM_INTRAOP_THREADS` where that is set
   */
  intraOpThreads?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEVICES: readonly unknown[] = ["cuda", "cpu", "auto"];

/** @throws {ArgumentError} when an option is outside its range. */
export function checkOptions({ device, gpu, intraOpThreads }: TensorflowOptions): void {
  if (device !== undefined && !DEVICES.includes(device)) {
    throw new ArgumentError(
      `tensorflow: expected the device to be cuda, cpu or auto, got ${device}`,
    );
  }
  if (gpu !== undefined && !(Number.isInteger(gpu) && gpu >= 0)) {
    throw new ArgumentError(`tensorflow: expected gpu to be an integer from 0, got ${gpu}`);
  }
  if (intraOpThreads !== undefined && !(Number.isInteger(intraOpThreads) && intraOpThreads >= 1)) {
    throw new ArgumentError(
      `tensorflow: expected intraOpThreads to be an integer from 1, got ${intraOpThreads}`,
    );
  }
}

/** The variables to set before the native library loads. @throws {ArgumentError} when there is no such GPU to choose. */
export function variablesFor(
  { device = "auto", gpu, memoryGrowth, intraOpThreads }: TensorflowOptions,
  environment: Environment,
): Record<string, string> {
  const threads = intraOpThreads && { TF_NUM_INTRAOP_THREADS: String(intraOpThreads) };
  // Warnings and worse: TensorFlow says much about itself. Where a GPU is not wanted, or its absence is reported by
  // us, not that there is none either.
  const level = { TF_CPP_MIN_LOG_LEVEL: environment.TF_CPP_MIN_LOG_LEVEL ?? "3" };
  // oneDNN's filter gradients for AVX-512 write outside of their memory on several threads: 2.20's
  // Conv2DBackpropFilter ends the process within seconds of random small shapes. Those for AVX2 do not.
  const oneDnn = { ONEDNN_MAX_CPU_ISA: environment.ONEDNN_MAX_CPU_ISA ?? "AVX2" };
  if (device === "cpu") return { ...threads, ...level, ...oneDnn, CUDA_VISIBLE_DEVICES: "-1" };
  const growth =
    memoryGrowth === undefined
      ? (environment.TF_FORCE_GPU_ALLOW_GROWTH ?? "true")
      : String(memoryGrowth);
  return {
    ...threads,
    ...level,
    ...oneDnn,
    // The binding would take the last of several.
    CUDA_VISIBLE_DEVICES: visibleGpu(gpu ?? 0, environment.CUDA_VISIBLE_DEVICES),
    TF_FORCE_GPU_ALLOW_GROWTH: growth,
    // Products with 10 bits of mantissa are fast on Ampere and later, and not float32.
    NVIDIA_TF32_OVERRIDE: environment.NVIDIA_TF32_OVERRIDE ?? "0",
    // A NaN in a window of a max pool is its maximum.
    TF_ENABLE_MAXPOOL_NANPROP: "1",
  };
}

function visibleGpu(gpu: number, visible: string | undefined): string {
  if (visible === undefined) return String(gpu);
  // None are visible: that is the user's word.
  const names = visible.split(",").map((name) => name.trim());
  if (names[0] === "" || names[0] === "-1") return visible;
  const name = names[gpu];
  if (name !== undefined) return name;
  throw new ArgumentError(
    `tensorflow: expected gpu to be below ${names.length}, the GPUs in CUDA_VISIBLE_DEVICES=${visible}, got ${gpu}`,
  );
}
