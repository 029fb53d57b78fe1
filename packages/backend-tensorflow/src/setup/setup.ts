/// <reference types="node" />
import { BackendError } from "@kindling/core";
import { expectsGpu, reportCuda, whyOnCpu } from "../diagnosis/cuda-report.ts";
import { storeBinding } from "./binding-cache.ts";
import { compileBinding } from "./compile-binding.ts";
import { findCompiler } from "./find-compiler.ts";
import { findSources } from "./find-sources.ts";
import { findTensorflow, type Tensorflow } from "./find-tensorflow.ts";
import { knownFaults } from "./known-faults.ts";
import { checkPlatform } from "./platform.ts";
import { verifyBinding } from "./verify-binding.ts";

export interface SetupOptions {
  /** The Python that has TensorFlow. @defaultValue those of the active environment, the working folder, and PATH */
  python?: string;
  /** Fail where training would not run on a GPU. @defaultValue false */
  cuda?: boolean;
  /** Takes one line of what is done and found. */
  print(line: string): void;
}

/**
 * Compiles, verifies and stores a binding for the TensorFlow that pip installed.
 *
 * @throws {BackendError} with what is missing and the next step, in one line.
 */
export async function setup({ python, cuda = false, print }: SetupOptions): Promise<void> {
  checkPlatform();
  const sources = findSources();
  const tensorflow = await findTensorflow(python);
  const { version, folder } = tensorflow;
  print(`Found TensorFlow ${version} ${built(tensorflow)}, in ${folder}`);
  for (const fault of knownFaults(tensorflow)) print(`Note: ${fault}`);
  const report = await reportCuda(folder);
  if (cuda && report.fault !== null) throw new BackendError(report.fault);

  const compiler = await findCompiler();
  print(`Compiling ${sources.name} ${sources.version} with ${compiler.version} …`);
  const { path, made } = await storeBinding(
    { version, folder },
    tensorflow.cuda !== null,
    async (output) => {
      await compileBinding({
        compiler,
        tfjsNodeFolder: sources.folder,
        tensorflowFolder: folder,
        output,
      });
      return await verifyBinding(output, version);
    },
  );
  print(`Verified a convolution and its gradient on the ${made.device}`);
  print(`Stored ${path}`);
  if (made.device === "GPU") return;
  if (cuda) throw new BackendError(whyOnCpu(report));
  if (expectsGpu(report)) print(`Note: no GPU: ${whyOnCpu(report)}`);
}

/** Such as `for CUDA 12.5.1 and cuDNN 9`. */
export function built({ cuda }: Pick<Tensorflow, "cuda">): string {
  return cuda === null ? "for the CPU only" : `for CUDA ${cuda.cuda} and cuDNN ${cuda.cudnn}`;
}
