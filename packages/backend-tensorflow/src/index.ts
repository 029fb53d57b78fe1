export type { TensorflowOptions } from "./binding/environment.ts";
export { tensorflow } from "./tensorflow.ts";
