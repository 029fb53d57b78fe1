import {
  getKernel,
  type KernelConfig,
  registerKernel,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { TRAINING_KERNELS } from "../training/index.ts";
import { binaryKernels } from "./binary.ts";
import { fusedKernels } from "./fused.ts";
import { gatherKernels } from "./gathers.ts";
import { joins } from "./joins.ts";
import { paddings } from "./padding.ts";
import { poolKernels } from "./pools.ts";
import { reductionKernels } from "./reductions.ts";
import { stockKernels } from "./stock.ts";
import { unaryKernels } from "./unary.ts";
import { views } from "./views.ts";

/** Every kernel that Kindling adds to tfjs's WebGPU backend or puts in place of one there. */
export const KERNELS: readonly KernelConfig[] = [
  ...binaryKernels,
  ...fusedKernels,
  ...gatherKernels,
  ...joins,
  ...paddings,
  ...poolKernels,
  ...reductionKernels,
  ...unaryKernels,
  ...views,
  ...TRAINING_KERNELS,
];

// Ours, in every copy of this package: a second copy leaves the first one's kernels in place.
const MARK: unique symbol = Symbol.for("kindling.backend-webgpu.kernel");
type Marked = KernelConfig & { readonly [MARK]?: true };

/** Registers the kernels; again does nothing, unless another copy of tfjs's backend overwrote them. */
export function registerKernels(): void {
  for (const kernel of KERNELS) {
    const current: Marked | undefined = getKernel(kernel.kernelName, "webgpu");
    if (current?.[MARK]) continue;
    if (current !== undefined) {
      stockKernels().set(kernel.kernelName, current);
      unregisterKernel(kernel.kernelName, "webgpu");
    }
    const registered: KernelConfig & { [MARK]: true } = { ...kernel, [MARK]: true };
    registerKernel(registered);
  }
}
