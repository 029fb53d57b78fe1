/// <reference types="node" />

import { findCudaFault } from "./cuda-fault.ts";
import { type CudaLibrary, findCudaLibraries } from "./cuda-libraries.ts";
import { type DriverState, findDriver } from "./nvidia-driver.ts";
import { initialLibraryPath, systemLoader } from "./system-loader.ts";
import { type CudaBuild, readCudaBuild } from "./tensorflow-build.ts";

/** What there is of all that training on a GPU takes. */
export interface CudaReport {
  readonly driver: DriverState;
  /** What TensorFlow was built for; null without CUDA, or without a TensorFlow. */
  readonly build: CudaBuild | null;
  /** The driver's own library. */
  readonly libcuda: string | null;
  readonly libraries: readonly CudaLibrary[];
  /** Why TensorFlow will find no GPU, with the next step; null when nothing is known to be wrong. */
  readonly fault: string | null;
}

/** Whether somebody went some way towards a GPU: a driver, or a TensorFlow with CUDA. */
export function expectsGpu({ driver, build }: CudaReport): boolean {
  return build !== null || !("reason" in driver);
}

/** Why a TensorFlow that runs on the CPU does, with the next step. */
export function whyOnCpu({ fault }: CudaReport): string {
  return fault ?? UNKNOWN;
}

const UNKNOWN =
  "expected TensorFlow to take the GPU, got none although driver, GPU and libraries are there; " +
  "run with TF_CPP_MIN_LOG_LEVEL=0 for TensorFlow's own words";

/** @param kernel - the driver's folder in `/proc`. */
export async function reportCuda(
  tensorflowFolder: string | null,
  kernel?: string,
  libraryPath: string = initialLibraryPath(),
): Promise<CudaReport> {
  const find = await systemLoader(libraryPath);
  const build = tensorflowFolder === null ? null : await readCudaBuild(tensorflowFolder);
  const found = {
    driver: await findDriver(kernel),
    build,
    libcuda: find("libcuda.so.1"),
    libraries:
      tensorflowFolder === null || build === null
        ? []
        : await findCudaLibraries(tensorflowFolder, build, find),
  };
  return { ...found, fault: findCudaFault(tensorflowFolder, found, libraryPath) };
}
