export { describeBackendContract } from "./backend-contract.ts";
export { activateBackend, BACKENDS, type BackendName, describeOnBackends } from "./backends.ts";
export {
  type CallbackContractContext,
  type CallbackContractOptions,
  type CallbackUnderTest,
  describeCallback,
} from "./callback-contract.ts";
export { type ContractDataset, type DatasetContract, describeDataset } from "./dataset-contract.ts";
export { expectGradients, type GradientCheckOptions } from "./finite-differences.ts";
export type { FusedComparison } from "./fused-comparison.ts";
export { testFusedConvolutions } from "./fused-convolutions.ts";
export { testFusedKernels } from "./fused-kernels.ts";
export { testRefusedCalls } from "./fused-refusals.ts";
export {
  expectNear,
  type Inputs,
  noise,
  onBackend,
  runKernelOn,
  type Values,
} from "./fused-values.ts";
export { describeMetric, type MetricCase, type MetricLike } from "./metric-contract.ts";
export { describeModule, type ModuleCase, type ModuleLike } from "./module-contract.ts";
export {
  describeOptimizer,
  type OptimizerCase,
  type OptimizerLike,
} from "./optimizer-contract.ts";
export { type CloseOptions, expectClose, expectTensors, values } from "./tensors.ts";
