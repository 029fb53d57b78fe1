// The side module: pure functions over pointers into tfjs's own WebAssembly.Memory. It holds no data of
// its own (no strings, no statics, no allocation), so it can share that memory with the backend.
export * from "./activations";
export { conv2d } from "./conv2d";
export { conv2dFilterGrad } from "./conv2d-filter-grad";
export { conv2dInputGrad } from "./conv2d-input-grad";
export { crossEntropy, crossEntropyGrad } from "./cross-entropy";
export { depthwiseConv2d } from "./depthwise";
export { depthwiseFilterGrad, depthwiseInputGrad } from "./depthwise-grad";
export * from "./dropout";
export { binary } from "./elementwise";
export * from "./embedding";
export * from "./gather";
export { matMul } from "./matmul";
export { batchNormApply, batchNormStatistics } from "./normalization-batch";
export { batchNormGrad } from "./normalization-batch-grad";
export { layerNorm, layerNormGrad } from "./normalization-layer";
export * from "./optimizers";
export { avgPool, avgPoolGrad } from "./pooling-average";
export { maxPool } from "./pooling-max";
export { maxPoolGrad } from "./pooling-max-grad";
export { addTo, columnSums, rowMaxima, rowSums, sumOfSquares } from "./reductions";
export { transpose } from "./transposes";
export { winogradConv2d, winogradInputGrad } from "./winograd";
export { winogradFilterGrad } from "./winograd-filter-grad";
