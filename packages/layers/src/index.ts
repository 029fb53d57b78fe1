export { AvgPool2d } from "./avg-pool2d.ts";
export type { BatchNormLayerOptions } from "./batch-norm-base.ts";
export { BatchNorm1d } from "./batch-norm1d.ts";
export { BatchNorm2d } from "./batch-norm2d.ts";
export { BCEWithLogitsLoss, type BCEWithLogitsLossOptions } from "./bce-with-logits-loss.ts";
export { Buffer, type BufferOptions } from "./buffer.ts";
export type { ClassWeights } from "./class-weights.ts";
export { Conv2d, type Conv2dLayerOptions } from "./conv2d.ts";
export { CrossEntropyLoss, type CrossEntropyLossOptions } from "./cross-entropy-loss.ts";
export { Dropout, type DropoutLayerOptions } from "./dropout.ts";
export { ELU } from "./elu.ts";
export { Embedding, type EmbeddingOptions } from "./embedding.ts";
export { Flatten } from "./flatten.ts";
export {
  elu,
  type GeluOptions,
  gelu,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  tanh,
} from "./functional/activations.ts";
export { type AvgPool2dOptions, avgPool2d } from "./functional/avg-pool2d.ts";
export { type BatchNormOptions, batchNorm } from "./functional/batch-norm.ts";
export type { ClassLossOptions } from "./functional/class-targets.ts";
export { type Conv2dOptions, conv2d } from "./functional/conv2d.ts";
export { type CrossEntropyOptions, crossEntropy } from "./functional/cross-entropy.ts";
export { type DropoutOptions, dropout } from "./functional/dropout.ts";
export { flatten } from "./functional/flatten.ts";
export { type LayerNormOptions, layerNorm } from "./functional/layer-norm.ts";
export { linear } from "./functional/linear.ts";
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  l1Loss,
  mseLoss,
  type NllLossOptions,
  nllLoss,
} from "./functional/losses.ts";
export { type MaxPool2dOptions, maxPool2d } from "./functional/max-pool2d.ts";
export { type Padding2d, type PaddingMode, pad2d } from "./functional/pad2d.ts";
export type { PoolOptions } from "./functional/pool-geometry.ts";
export type { Reduced, Reduction, ReductionOptions } from "./functional/reduction.ts";
export { logSoftmax, softmax } from "./functional/softmax.ts";
export { GELU } from "./gelu.ts";
export type { HostTensor, StateDict } from "./host-tensor.ts";
export { Identity } from "./identity.ts";
export * as init from "./init.ts";
export { L1Loss } from "./l1-loss.ts";
export { LayerNorm, type LayerNormLayerOptions } from "./layer-norm.ts";
export { LeakyReLU } from "./leaky-relu.ts";
export { Linear, type LinearOptions } from "./linear.ts";
export { LogSoftmax } from "./log-softmax.ts";
export { MaxPool2d } from "./max-pool2d.ts";
export {
  type AnyModule,
  type InputOf,
  type Inputs,
  Module,
  type OutputOf,
} from "./module.ts";
export type { ForwardHook, ForwardPreHook, HookHandle, HookInputs } from "./module-hooks.ts";
export { MSELoss } from "./mse-loss.ts";
export { NLLLoss, type NLLLossOptions } from "./nll-loss.ts";
export type { Pair } from "./pair.ts";
export { Parameter } from "./parameter.ts";
export { ReLU } from "./relu.ts";
export { type FirstInput, type LastOutput, type NamedLayers, Sequential } from "./sequential.ts";
export { Sigmoid } from "./sigmoid.ts";
export { SiLU } from "./silu.ts";
export { Softmax } from "./softmax.ts";
export type { LoadOptions, LoadResult } from "./state-dict.ts";
export type { StateOptions, StateTensor } from "./state-tensor.ts";
export { Tanh } from "./tanh.ts";
