/// <reference types="node" />
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSharedLibrary } from "./shared-library.ts";
import type { FindLibrary } from "./system-loader.ts";
import type { CudaBuild } from "./tensorflow-build.ts";

/** A library that TensorFlow must be able to open, or it runs on the CPU. */
export interface CudaLibrary {
  readonly name: string;
  /** Where the loader finds it; null when it does not. */
  readonly path: string | null;
  /** Another library that this one cannot load without, and that the loader does not find. */
  readonly lacks: string | null;
  /** Where pip put it all the same: a folder in which TensorFlow does not look. */
  readonly outOfSight: string | null;
}

/**
 * The CUDA and cuDNN libraries as TensorFlow sees them: it opens them by name from its own library, so that
 * one's RUNPATH counts.
 */
export async function findCudaLibraries(
  tensorflowFolder: string,
  build: CudaBuild,
  find: FindLibrary,
): Promise<CudaLibrary[]> {
  const opener = await readSharedLibrary(join(tensorflowFolder, OPENER));
  const loaded = new Set<string>();
  const libraries: CudaLibrary[] = [];
  for (const name of libraryNames(build)) {
    const path = find(name, opener?.runpath);
    const lacks = path === null ? null : await firstMissing(name, path, find, loaded);
    const pip = path === null ? pipPath(tensorflowFolder, name) : null;
    libraries.push({ name, path, lacks, outOfSight: pip });
  }
  return libraries;
}

/** The package on PyPI that has a library, as pip takes it. */
export function packageOf(name: string, { cuda, cudnn }: CudaBuild): string {
  const [cudaMajor, cudnnMajor] = [major(cuda), major(cudnn)];
  const part = partOf(name) ?? "cuda-runtime";
  const version = part === "cudnn" ? `>=${cudnnMajor},<${cudnnMajor + 1}` : "";
  return `nvidia-${part}-cu${cudaMajor}${version}`;
}

const OPENER = "libtensorflow_framework.so.2";

// In the order that TensorFlow opens them.
function libraryNames({ cuda, cudnn }: CudaBuild): string[] {
  const names =
    major(cuda) < 12
      ? ["libcudart.so.11.0", "libcublas.so.11", "libcublasLt.so.11", "libcufft.so.10"]
      : ["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11"];
  const sparse = major(cuda) < 12 ? "libcusparse.so.11" : "libcusparse.so.12";
  return [...names, "libcusolver.so.11", sparse, `libcudnn.so.${major(cudnn)}`];
}

/** PyPI's names for the parts of CUDA; the folders that pip makes have `_` for `-`. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^libcudart\./, "cuda-runtime"],
  [/^libcublas/, "cublas"],
  [/^libcufft/, "cufft"],
  [/^libcusolver/, "cusolver"],
  [/^libcusparse/, "cusparse"],
  [/^libcudnn/, "cudnn"],
  [/^libnvJitLink\./, "nvjitlink"],
];

function partOf(name: string): string | undefined {
  return PARTS.find(([pattern]) => pattern.test(name))?.[1];
}

function pipPath(tensorflowFolder: string, name: string): string | null {
  const folder = partOf(name)?.replace("-", "_") ?? "";
  const path = join(dirname(tensorflowFolder), "nvidia", folder, "lib", name);
  return existsSync(path) ? path : null;
}

/** A library that is loaded already is not looked for again, which is how glibc does it. */
async function firstMissing(
  name: string,
  path: string,
  find: FindLibrary,
  loaded: Set<string>,
): Promise<string | null> {
  if (loaded.has(name)) return null;
  loaded.add(name);
  const library = await readSharedLibrary(path);
  for (const needed of library?.needed ?? []) {
    if (loaded.has(needed)) continue;
    const found = find(needed, library?.runpath);
    const missing = found === null ? needed : await firstMissing(needed, found, find, loaded);
    if (missing !== null) return missing;
  }
  return null;
}

function major(version: string): number {
  return Number.parseInt(version, 10);
}
