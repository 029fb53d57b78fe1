/// <reference types="node" />
// What a TensorFlow installed by pip says about itself, read from its files: importing it takes seconds.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What pip wrote beside the folder `tensorflow`. */
export interface Distribution {
  readonly version: string;
  /** The oldest glibc that it runs on, such as 2.17; null when its wheel does not say. */
  readonly glibc: string | null;
}

/** What a wheel with CUDA was built for. */
export interface CudaBuild {
  /** Such as 12.5.1. */
  readonly cuda: string;
  /** Such as 9. */
  readonly cudnn: string;
  /** The oldest GPU that it has code for, as a compute capability such as 6.0; null when it does not say. */
  readonly oldestGpu: string | null;
  /** The newest GPU that it has machine code for; later ones' is made by the driver. */
  readonly newestGpu: string | null;
}

/** Null where there is no TensorFlow that pip installed. */
export async function readDistribution(folder: string): Promise<Distribution | null> {
  const sitePackages = dirname(folder);
  const names = await readdir(sitePackages).catch(() => []);
  for (const name of names) {
    const version = DISTRIBUTION.exec(name)?.[1];
    if (version === undefined) continue;
    const wheel = await read(join(sitePackages, name, "WHEEL"));
    const glibc = /manylinux_(\d+)_(\d+)/.exec(wheel);
    return { version, glibc: glibc ? `${glibc[1]}.${glibc[2]}` : null };
  }
  return null;
}

/** Null for a build without CUDA. */
export async function readCudaBuild(folder: string): Promise<CudaBuild | null> {
  const text = await read(join(folder, "python/platform/build_info.py"));
  if (!text.includes("'is_cuda_build', True")) return null;
  const cuda = /'cuda_version', '([\d.]+)'/.exec(text)?.[1];
  const cudnn = /'cudnn_version', '([\d.]+)'/.exec(text)?.[1];
  if (cuda === undefined || cudnn === undefined) return null;
  const targets = [...text.matchAll(/'(sm|compute)_(\d+)(\d)'/g)].map(([, kind, major, minor]) => ({
    machineCode: kind === "sm",
    capability: `${major}.${minor}`,
  }));
  return {
    cuda,
    cudnn,
    oldestGpu: targets[0]?.capability ?? null,
    newestGpu: targets.findLast(({ machineCode }) => machineCode)?.capability ?? null,
  };
}

// Not tensorflow_estimator and the like.
const DISTRIBUTION =
  /^(?:tensorflow|tensorflow_cpu|tensorflow_gpu|tf_nightly|tf_nightly_cpu)-(\d[^-]*)\.dist-info$/;

async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
