import type { ActivationKernels } from "./activations-kernels.ts";
import type { ConvolutionKernels } from "./convolution-kernels.ts";
import type { CrossEntropyKernels } from "./cross-entropy-kernels.ts";
import type { DepthwiseKernels } from "./depthwise-kernels.ts";
import type { DropoutKernels } from "./dropout-kernels.ts";
import type { ElementwiseKernels } from "./elementwise-kernels.ts";
import type { EmbeddingKernels } from "./embedding-kernels.ts";
import type { GatherKernels } from "./gather-kernels.ts";
import type { MatMulKernels } from "./matmul-kernels.ts";
import type { NormalizationKernels } from "./normalization-kernels.ts";
import type { OptimizerKernels } from "./optimizers-kernels.ts";
import type { PoolingKernels } from "./pooling-kernels.ts";
import type { ReductionKernels } from "./reductions-kernels.ts";
import type { TransposeKernels } from "./transposes-kernels.ts";
import type { WinogradKernels } from "./winograd-kernels.ts";

/**
 * The side module's functions (assembly/). Pointers are byte offsets, multiples of 4, into the shared
 * memory; sizes count elements. They check nothing: callers do.
 */
export interface TrainingKernels
  extends ActivationKernels,
    ConvolutionKernels,
    CrossEntropyKernels,
    DepthwiseKernels,
    DropoutKernels,
    ElementwiseKernels,
    EmbeddingKernels,
    GatherKernels,
    MatMulKernels,
    NormalizationKernels,
    OptimizerKernels,
    PoolingKernels,
    ReductionKernels,
    TransposeKernels,
    WinogradKernels {}
