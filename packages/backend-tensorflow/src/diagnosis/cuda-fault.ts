/// <reference types="node" />
import { dirname } from "node:path";
import { packageOf } from "./cuda-libraries.ts";
import type { CudaReport } from "./cuda-report.ts";
import type { Gpu } from "./nvidia-driver.ts";
import { pipInstall, RECOMMENDED } from "./pip-command.ts";
import type { CudaBuild } from "./tensorflow-build.ts";
import { isOlder } from "./versions.ts";

type Found = Omit<CudaReport, "fault">;

/** The first thing that keeps TensorFlow from a GPU, with the next step; null when nothing is known to be wrong. */
export function findCudaFault(
  tensorflowFolder: string | null,
  { driver, build, libcuda, libraries }: Found,
  libraryPath: string,
): string | null {
  if ("reason" in driver) return driver.reason;
  if (driver.gpus.length === 0) {
    return (
      `expected a GPU, got NVIDIA driver ${driver.version} without one; ` +
      "check that lspci lists it, or give the container one with --gpus all"
    );
  }
  const visible = process.env.CUDA_VISIBLE_DEVICES?.trim();
  if (visible === "" || visible === "-1") {
    return `expected a visible GPU, got CUDA_VISIBLE_DEVICES="${visible}"; unset it`;
  }
  if (libcuda === null) {
    return (
      `expected the driver's libcuda.so.1 in the system's folders, got none; install the part of NVIDIA driver ` +
      `${driver.version} for computing, such as libcuda1 or nvidia-driver-cuda`
    );
  }
  if (tensorflowFolder === null) {
    return `expected a TensorFlow with CUDA, got none installed by pip; ${installCuda(null)} and npx kindling-tensorflow setup`;
  }
  if (build === null) {
    return (
      `expected a TensorFlow built for CUDA, got one for the CPU only (${tensorflowFolder}); ` +
      `${installCuda(tensorflowFolder)} and npx kindling-tensorflow setup`
    );
  }
  return (
    driverFault(driver.version, driver.gpus, build) ??
    libraryFault(tensorflowFolder, libraries, build, libraryPath)
  );
}

/** NVIDIA's table of the oldest drivers for all of CUDA 11 and all of CUDA 12, on Linux. */
const OLDEST_DRIVER: Readonly<Record<string, string>> = { 11: "450.80.02", 12: "525.60.13" };
/** The drivers that came with a CUDA: code for a later GPU than it knew is compiled by no older one. */
const COMPILING_DRIVER: Readonly<Record<string, string>> = {
  "11.8": "520.61.05",
  "12.2": "535.54.03",
  "12.3": "545.23.06",
  "12.5": "555.42.02",
};

function driverFault(version: string, gpus: readonly Gpu[], build: CudaBuild): string | null {
  const [major = "", minor = ""] = build.cuda.split(".");
  const needed = OLDEST_DRIVER[major];
  if (needed !== undefined && isOlder(version, needed)) {
    return `expected NVIDIA driver ${needed} or newer for CUDA ${build.cuda}, got ${version}; update the driver`;
  }
  const { oldestGpu, newestGpu } = build;
  const known = gpus.flatMap(({ name, capability }) => (capability ? [{ name, capability }] : []));
  const usable = known.filter(
    ({ capability }) => oldestGpu === null || !isOlder(capability, oldestGpu),
  );
  const [first] = known;
  if (first !== undefined && usable.length === 0 && known.length === gpus.length) {
    return (
      `expected a GPU of compute capability ${oldestGpu} or newer, got ${first.name} with ${first.capability}; ` +
      "train on the CPU, or on another GPU"
    );
  }
  const compiling = COMPILING_DRIVER[`${major}.${minor}`];
  const isLater = (capability: string) =>
    newestGpu !== null && Number.parseInt(capability, 10) > Number.parseInt(newestGpu, 10);
  const [later] = usable.filter(({ capability }) => isLater(capability));
  if (later !== undefined && compiling !== undefined && isOlder(version, compiling)) {
    return (
      `expected NVIDIA driver ${compiling} or newer, which compiles TensorFlow's code for ${later.name} ` +
      `(compute capability ${later.capability}), got ${version}; update the driver`
    );
  }
  return null;
}

function libraryFault(
  tensorflowFolder: string,
  libraries: Found["libraries"],
  build: CudaBuild,
  libraryPath: string,
): string | null {
  const closed = libraries.filter(({ path, lacks }) => path === null || lacks !== null);
  if (closed.length === 0) return null;
  const outOfSight = closed.flatMap((library) => library.outOfSight ?? []);
  if (outOfSight.length === closed.length) {
    const folders = [...new Set(outOfSight.map((path) => dirname(path)))];
    const setting = [...folders, ...(libraryPath === "" ? [] : [libraryPath])].join(":");
    return (
      `expected to open ${names(closed)}, got a TensorFlow that does not look where pip put ` +
      `${closed.length === 1 ? "it" : "them"}; ${installCuda(tensorflowFolder)}, or start node with ` +
      `LD_LIBRARY_PATH=${setting}`
    );
  }
  const absent = closed.filter((library) => library.outOfSight === null);
  const packages = absent.map(({ name, lacks }) => packageOf(lacks ?? name, build));
  return (
    `expected to open ${names(absent)}, got nothing of that name where TensorFlow looks${lateHint(libraryPath)}; ` +
    pipInstall(tensorflowFolder, ...new Set(packages))
  );
}

function names(libraries: Found["libraries"]): string {
  const texts = libraries.map(({ name, lacks }) =>
    lacks === null ? name : `${lacks} (for ${name})`,
  );
  return [...new Set(texts)].join(", ");
}

function lateHint(libraryPath: string): string {
  const late = (process.env.LD_LIBRARY_PATH ?? "") !== libraryPath;
  return late ? " (LD_LIBRARY_PATH was set after Node started, which is too late)" : "";
}

function installCuda(tensorflowFolder: string | null): string {
  return pipInstall(tensorflowFolder, `tensorflow[and-cuda]==${RECOMMENDED}`);
}
