export { activateBackend, BACKENDS, type BackendName, describeOnBackends } from "./backends.ts";
export { expectGradients, type GradientCheckOptions } from "./finite-differences.ts";
export { type CloseOptions, expectClose, expectTensors, values } from "./tensors.ts";
