/// <reference types="node" />
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "@kindling/core";
import { findDriver } from "../diagnosis/nvidia-driver.ts";
import { pipInstall, RECOMMENDED } from "../diagnosis/pip-command.ts";
import { type CudaBuild, readCudaBuild, readDistribution } from "../diagnosis/tensorflow-build.ts";
import { isOlder } from "../diagnosis/versions.ts";
import { findPythons, type Python } from "./find-python.ts";

/** A TensorFlow that pip installed, and that a binding can be compiled for. */
export interface Tensorflow {
  readonly version: string;
  /** With symbolic links resolved: the loader takes `$ORIGIN` from the path that it opened. */
  readonly folder: string;
  /** Null for a build without CUDA. */
  readonly cuda: CudaBuild | null;
  readonly python: Python;
}

/** Before 2.12 the C interface is inside Python's own module. */
const OLDEST = "2.12";
/** What a binding is linked to. */
export const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/**
 * The first usable TensorFlow among the Pythons.
 *
 * @throws {BackendError} when there is none, or it cannot run here.
 */
export async function findTensorflow(namedPython?: string): Promise<Tensorflow> {
  const pythons = await findPythons(namedPython);
  const faults: string[] = [];
  for (const python of pythons) {
    if (python.tensorflowFolder === null) continue;
    const found = await readTensorflow(python, python.tensorflowFolder);
    if (typeof found !== "string") return found;
    faults.push(found);
  }
  const [fault] = faults;
  throw new BackendError(fault ?? (await noTensorflow(pythons)));
}

/** Or why it is not usable. */
async function readTensorflow(python: Python, folder: string): Promise<Tensorflow | string> {
  const install = pipInstall(folder, `tensorflow-cpu==${RECOMMENDED}`);
  const distribution = await readDistribution(folder);
  if (distribution === null) {
    return `expected a TensorFlow installed by pip, got ${folder} without a version; ${install}`;
  }
  const { version, glibc } = distribution;
  if (isOlder(version, OLDEST)) {
    return `expected TensorFlow ${OLDEST} or newer, got ${version} in ${folder}; ${install}`;
  }
  const missing = LIBRARIES.find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) {
    return `expected ${missing} in ${folder} (TensorFlow ${version}), got none; ${install}`;
  }
  const current = currentGlibc();
  if (glibc !== null && (current === null || isOlder(current, glibc))) {
    return (
      `expected glibc ${glibc} or newer for TensorFlow ${version}, got ${current ?? "another C library"}; ` +
      "install an older TensorFlow (2.12 or newer), or use a newer Linux"
    );
  }
  return { version, folder, cuda: await readCudaBuild(folder), python };
}

/** Of the Node that runs; null on Alpine and the like. */
function currentGlibc(): string | null {
  const { header } = process.report.getReport() as {
    header: { glibcVersionRuntime?: string };
  };
  return header.glibcVersionRuntime ?? null;
}

async function noTensorflow(pythons: readonly Python[]): Promise<string> {
  const hasGpu = !("reason" in (await findDriver()));
  const wanted = hasGpu
    ? `'tensorflow[and-cuda]==${RECOMMENDED}'`
    : `tensorflow-cpu==${RECOMMENDED}`;
  const seen = pythons.map(({ path, version }) => `Python ${version} (${path})`).join(", ");
  return (
    `expected a Python with TensorFlow ${OLDEST} or newer, got none in ${seen}; ` +
    `python3 -m venv .venv && .venv/bin/python -m pip install ${wanted}, or name the right one with --python PATH`
  );
}
