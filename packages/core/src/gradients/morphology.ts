import type { GradConfig } from "@tensorflow/tfjs-core";
import { gradient, run } from "./gradient.ts";

/** Grey-scale dilation. */
export const morphologyGradients: readonly GradConfig[] = [
  gradient("Dilation2D", { inputs: ["x", "filter"] }, (dy, { x, filter }, attributes: object) => ({
    x: () => run("Dilation2DBackpropInput", { x, filter, dy }, attributes),
    filter: () => run("Dilation2DBackpropFilter", { x, filter, dy }, attributes),
  })),
];
