import type { KernelConfig } from "@tensorflow/tfjs-core";
import { TRAINING_KERNELS } from "../training/index.ts";
import { binaryKernels } from "./binary.ts";
import { fusedKernels } from "./fused.ts";
import { gatherKernels } from "./gathers.ts";
import { joins } from "./joins.ts";
import { ndGathers } from "./nd-gathers.ts";
import { paddings } from "./padding.ts";
import { poolKernels } from "./pools.ts";
import { products } from "./products.ts";
import { reductionKernels } from "./reductions.ts";
import { topKKernels } from "./top-k.ts";
import { unaryKernels } from "./unary.ts";
import { views } from "./views.ts";

/** Every kernel that Kindling adds to tfjs's WebGPU backend or puts in place of one there. */
export const KERNELS: readonly KernelConfig[] = [
  ...binaryKernels,
  ...fusedKernels,
  ...gatherKernels,
  ...joins,
  ...ndGathers,
  ...paddings,
  ...poolKernels,
  ...products,
  ...reductionKernels,
  ...topKKernels,
  ...unaryKernels,
  ...views,
  ...TRAINING_KERNELS,
];
