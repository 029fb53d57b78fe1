/// <reference types="node" />
// For tests: a machine of shell scripts and small files in a temporary folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeSharedLibrary } from "./fake-shared-library.ts";

const CUDA_BUILD = `
build_info = collections.OrderedDict([('cuda_compute_capabilities', ['sm_60', 'sm_70', 'sm_80',
'sm_89', 'compute_90']), ('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)])
`;

/** All that TensorFlow 2.20.0 opens: pip's folder, and the file there. */
export const CUDA_LIBRARIES: readonly (readonly [string, string])[] = [
  ["cuda_runtime", "libcudart.so.12"],
  ["cublas", "libcublas.so.12"],
  ["cublas", "libcublasLt.so.12"],
  ["cufft", "libcufft.so.11"],
  ["cusolver", "libcusolver.so.11"],
  ["cusparse", "libcusparse.so.12"],
  ["cudnn", "libcudnn.so.9"],
];

interface FakeTensorflow {
  readonly version?: string;
  /** As in a wheel's tag. */
  readonly glibc?: string;
  readonly cuda?: boolean;
  /** Folders of `site-packages/nvidia`. */
  readonly runpath?: readonly string[];
}

export class FakeMachine {
  readonly root: string = mkdtempSync(join(tmpdir(), "kindling-tensorflow-"));
  /** For PATH: what is not here is not installed. */
  readonly bin: string = join(this.root, "bin");
  readonly sitePackages: string = join(this.root, "env/lib/python3.11/site-packages");
  readonly tensorflow: string = join(this.sitePackages, "tensorflow");
  /** In place of `/proc/driver/nvidia`. */
  readonly kernel: string = join(this.root, "proc");

  constructor() {
    // The real one would list this machine's libraries.
    this.script("ldconfig", "exit 0");
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  /** A program of shell built-ins. */
  script(name: string, body: string): void {
    this.file(join("bin", name), `#!/bin/sh\n${body}\n`, 0o755);
  }

  file(path: string, text: string | Uint8Array = "", mode = 0o644): string {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text, { mode });
    return full;
  }

  python(tensorflowFolder: string | null = this.tensorflow): void {
    const [path, prefix] = [join(this.bin, "python3"), join(this.root, "env")];
    const answer = JSON.stringify({ path, prefix, version: "3.11.7", tensorflowFolder });
    this.script("python3", `echo '${answer}'`);
  }

  /** What pip would install. */
  installTensorflow({
    version = "2.20.0",
    glibc = "2_17",
    cuda = false,
    runpath = PIP_FOLDERS,
  }: FakeTensorflow = {}): void {
    const folder = "env/lib/python3.11/site-packages";
    this.file(
      `${folder}/tensorflow-${version}.dist-info/WHEEL`,
      `Tag: cp311-cp311-manylinux_${glibc}_x86_64\n`,
    );
    this.file(`${folder}/tensorflow/python/platform/build_info.py`, cuda ? CUDA_BUILD : "");
    this.file(`${folder}/tensorflow/libtensorflow_cc.so.2`);
    writeSharedLibrary(join(this.tensorflow, "libtensorflow_framework.so.2"), {
      needed: ["libc.so.6"],
      runpath: runpath.map((name) => `$ORIGIN/../nvidia/${name}/lib`),
    });
  }

  /** A library that pip would install beside TensorFlow. */
  installLibrary(folder: string, name: string, needed: readonly string[] = []): string {
    const path = join(this.sitePackages, "nvidia", folder, "lib", name);
    mkdirSync(dirname(path), { recursive: true });
    writeSharedLibrary(path, { needed, runpath: ["$ORIGIN/../../nvjitlink/lib"] });
    return path;
  }

  /** nvidia-smi, and the driver's library. @param gpus - rows of name, version and compute capability. */
  installDriver(...gpus: string[]): void {
    this.script("nvidia-smi", gpus.map((row) => `echo '${row}'`).join("\n"));
    const libcuda = this.file("driver/libcuda.so.1");
    this.script("ldconfig", `echo '\tlibcuda.so.1 (libc6,x86-64) => ${libcuda}'`);
  }

  /** tfjs-node-gpu, as npm would install it into the working folder. */
  installSources(version = "4.22.0"): void {
    const folder = "node_modules/@tensorflow/tfjs-node-gpu";
    const about = JSON.stringify({ name: "@tensorflow/tfjs-node-gpu", version });
    this.file(`${folder}/package.json`, about);
    this.file(`${folder}/binding/tfjs_binding.cc`);
  }
}

const PIP_FOLDERS = [...new Set(CUDA_LIBRARIES.map(([folder]) => folder))];
