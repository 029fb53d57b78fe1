// Where WebGPU comes from: the browser's `navigator.gpu`, or in Node the npm package `webgpu` (Dawn).
import { BackendError } from "@kindling/core";
// For the global WebGPU types, which come with tfjs's own declarations.
import type {} from "@tensorflow/tfjs-backend-webgpu";
import { env } from "@tensorflow/tfjs-core";

/** What the npm package `webgpu` exports. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** A way to GPUs, or why there is none. */
export type GpuAccess = { readonly gpu: GPU; readonly dawn?: Dawn } | { readonly reason: string };

// One of each list of options: Dawn's instance has to stay for as long as its devices do.
const instances = new Map<string, GPU>();

/** Finds WebGPU here and changes nothing yet. */
export async function findGpu(dawnOptions: readonly string[]): Promise<GpuAccess> {
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu) return { gpu };
  if (!env().getBool("IS_NODE")) {
    if (globalThis.isSecureContext === false) {
      return {
        reason: "browsers offer WebGPU to secure pages only; serve it over https or from localhost",
      };
    }
    return {
      reason:
        "this browser has no WebGPU (navigator.gpu); it needs Chrome or Edge 113, Safari 26 or Firefox 141, or later",
    };
  }
  let dawn: Dawn;
  try {
    // Not a literal, so that no bundler looks for a package which only Node needs.
    const name = "webgpu";
    dawn = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Dawn;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") {
      return { reason: "in Node it needs the package webgpu; run npm install webgpu" };
    }
    return { reason: `the package webgpu does not load here: ${messageOf(error)}` };
  }
  const key = dawnOptions.join("\n");
  const instance = instances.get(key) ?? dawn.create(dawnOptions);
  instances.set(key, instance);
  return { gpu: instance, dawn };
}

/** Puts Dawn's classes and `navigator.gpu` where browsers have them, which is where tfjs looks. */
export function installGpu({ gpu, dawn }: Extract<GpuAccess, { readonly gpu: GPU }>): void {
  if (dawn === undefined) return;
  Object.assign(globalThis, dawn.globals);
  if (globalThis.navigator === undefined) {
    // Node 20.
    Object.defineProperty(globalThis, "navigator", {
      value: {},
      configurable: true,
      writable: true,
    });
  }
  Object.defineProperty(globalThis.navigator, "gpu", {
    value: gpu,
    configurable: true,
    enumerable: true,
  });
}

/** The adapter, or why there is none. */
export async function findAdapter(
  gpu: GPU,
  powerPreference: GPUPowerPreference,
): Promise<GPUAdapter | string> {
  let cause = "";
  try {
    const adapter = await gpu.requestAdapter({ powerPreference });
    if (adapter) return adapter;
  } catch (error) {
    cause = ` (${messageOf(error)})`;
  }
  const next = env().getBool("IS_NODE")
    ? "install the GPU's Vulkan driver, or name a software one in VK_ICD_FILENAMES"
    : "the browser may block this GPU or its driver: look at chrome://gpu, update the driver, or turn on hardware acceleration";
  return `no GPU adapter was found${cause}; ${next}`;
}

/** What is running, in the words of the driver. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly software: boolean;
}

// `info` replaced `requestAdapterInfo`, and took over `isFallbackAdapter`, after tfjs's types were made.
interface Described {
  readonly info?: GPUAdapterInfo & { readonly isFallbackAdapter?: boolean };
  readonly isFallbackAdapter?: boolean;
}

/** The device with all the room that the adapter gives, and what the adapter is. */
export async function requestDevice(
  adapter: GPUAdapter,
): Promise<{ device: GPUDevice; info: GPUAdapterInfo; description: AdapterDescription }> {
  const { info: current, isFallbackAdapter } = adapter as Described;
  const info = current ?? (await adapter.requestAdapterInfo());
  const limits: Record<string, number> = {};
  for (const name of LIMITS) limits[name] = adapter.limits[name];
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({
      requiredFeatures: FEATURES.filter((name) => adapter.features.has(name)),
      requiredLimits: limits,
    });
  } catch (error) {
    throw new BackendError(
      `webgpu: expected a device of ${info.vendor} ${info.architecture}, got "${messageOf(error)}"; ` +
        "other programs may hold the GPU: close them, or reload the page",
      { cause: error },
    );
  }
  const { vendor, architecture } = info;
  const software = isFallbackAdapter ?? current?.isFallbackAdapter ?? false;
  return {
    device,
    info,
    description: { vendor, architecture, software: software || architecture === "swiftshader" },
  };
}

// Those that tfjs's own start asks for, and as many buffers a program as there are: fused steps take many.
const FEATURES: readonly GPUFeatureName[] = ["timestamp-query", "bgra8unorm-storage"];
const LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
