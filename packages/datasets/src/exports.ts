// What every platform has: both entries, `node/index.ts` and `browser/index.ts`, add their loaders to it.
export { ArrayDataset } from "./array-dataset.ts";
export { type Collated, defaultCollate } from "./collate.ts";
export { ConcatDataset } from "./concat-dataset.ts";
export { type CollatingOptions, DataLoader, type DataLoaderOptions } from "./data-loader.ts";
export type { Collate, Dataset } from "./dataset.ts";
export type { HostArray, NumberArray } from "./host-array.ts";
export { decodeIdx, type IdxArray, type IdxData, readIdx } from "./idx.ts";
export {
  ImageDataset,
  type ImageDatasetOptions,
  type ImageSample,
  type LabelledBatch,
} from "./image-dataset.ts";
export type { Indices } from "./indices.ts";
export { Mnist, type MnistDatasetOptions } from "./mnist.ts";
export type { DownloadProgress, MnistOptions } from "./mnist-options.ts";
export { type RandomSplitOptions, randomSplit, type Split } from "./random-split.ts";
export { BatchSampler, type BatchSamplerOptions } from "./samplers/batch-sampler.ts";
export { RandomSampler, type RandomSamplerOptions } from "./samplers/random-sampler.ts";
export type { IndexBatches, Sampler, Sized } from "./samplers/sampler.ts";
export { SequentialSampler } from "./samplers/sequential-sampler.ts";
export {
  SubsetRandomSampler,
  type SubsetRandomSamplerOptions,
} from "./samplers/subset-random-sampler.ts";
export {
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from "./samplers/weighted-random-sampler.ts";
export { Subset } from "./subset.ts";
export { type Column, type ColumnBatch, type ColumnRow, TensorDataset } from "./tensor-dataset.ts";
export { compose } from "./transforms/compose.ts";
export type { ImageBatch, ImageShape, ImageTransform } from "./transforms/image-transform.ts";
export { normalize } from "./transforms/normalize.ts";
export { type RandomAffineOptions, randomAffine } from "./transforms/random-affine.ts";
export { type RandomCropOptions, randomCrop } from "./transforms/random-crop.ts";
export {
  type RandomFlipOptions,
  randomHorizontalFlip,
  randomVerticalFlip,
} from "./transforms/random-flip.ts";
export { type RandomRotationOptions, randomRotation } from "./transforms/random-rotation.ts";
export { toTensor } from "./transforms/to-tensor.ts";
