/// <reference types="node" />
import { reportCuda, whyOnCpu } from "./cuda-report.ts";

/**
 * Why TensorFlow finds no GPU, with the next step, in one line: no driver or one too old, no GPU, a TensorFlow
 * without CUDA, a library that does not open.
 *
 * @param tensorflowFolder - pip's `site-packages/tensorflow`; null for the library of tfjs-node's own install script.
 */
export async function whyNoCuda(tensorflowFolder: string | null): Promise<string> {
  return whyOnCpu(await reportCuda(tensorflowFolder));
}
