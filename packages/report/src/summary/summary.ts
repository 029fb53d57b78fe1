import { ArgumentError } from "@kindling/core";
import { Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import {
  type LayerCall,
  recordCalls,
  type SummarizedModule,
  type SummarizedParameter,
} from "./layer-calls.ts";
import { type LayerSummary, ModelSummary } from "./model-summary.ts";
import { multiplyAdds, product } from "./multiply-adds.ts";

/** A shape, with the batch; zeros of it are what the model is run on. Or a tensor, which stays the caller's. */
export type SummaryInput = readonly number[] | Tensor;

/** What {@link summary} takes besides the model and its input. */
export interface SummaryOptions {
  /** Of the inputs given as shapes: "int32" for indices. @defaultValue "float32" */
  dtype?: "float32" | "int32";
  /** The deepest level that is printed; the totals are of all. @defaultValue 3 */
  depth?: number;
}

/**
 * Runs a model once, in evaluation mode, and tells its layers, output shapes, parameters, multiply-adds
 * and memory: torchinfo's `summary`.
 *
 * `String(…)` of it is a table. The model is left as it was, also when `forward` throws, and no tensor
 * stays behind. What `forward` calls as a function, such as `relu`, is not seen.
 *
 * @param input - the model's input; several in an array.
 * @throws {ArgumentError} when there is no input, or a shape's size is not an integer from 0.
 *
 * @example
 * ```ts
 * console.log(String(summary(model, [64, 2, 2, 1]))); // =>
 * // ═════════════════════════════════════════════════════════════════════════
 * //  Layer                    Output shape  Parameters  Trainable  Mult-adds
 * // ─────────────────────────────────────────────────────────────────────────
 * //  Model                    [64, 3]                –  true               –
 * //  ├─ Linear (hidden): 1-1  [64, 8]               40  true           2,560
 * //  └─ Linear (output): 1-2  [64, 3]               27  true           1,728
 * // ═════════════════════════════════════════════════════════════════════════
 * //  Total parameters: 67
 * //  Trainable parameters: 67
 * //  Non-trainable parameters: 0
 * //  Total mult-adds: 4,288
 * //  Input size (MB): 0.00
 * //  Forward/backward pass size (MB): 0.01
 * //  Parameters size (MB): 0.00
 * //  Estimated total size (MB): 0.01
 * ```
 */
export function summary(
  model: SummarizedModule,
  input: SummaryInput | readonly SummaryInput[],
  { dtype = "float32", depth = 3 }: SummaryOptions = {},
): ModelSummary {
  const inputs = inputsOf(input);
  if (!(depth >= 0)) {
    throw new ArgumentError(`summary: expected depth to be a number from 0, got ${depth}`);
  }
  const parameters = [...new Set(model.namedParameters().map(([, parameter]) => parameter))];
  const layers = layersOf(callsOf(model, inputs, dtype));
  const leaves = layers.filter(({ isLeaf }) => isLeaf);
  return new ModelSummary({
    layers,
    depth,
    totalParameters: countOf(parameters),
    trainableParameters: countOf(parameters.filter(({ requiresGrad }) => requiresGrad)),
    multiplyAdds: sum(leaves.map((layer) => layer.multiplyAdds)),
    inputBytes: sum(
      inputs.map((item) => bytesOf(item instanceof Tensor ? item : { shape: item, dtype })),
    ),
    // As torchinfo: the outputs of layers with parameters, and as much for their gradients.
    forwardBackwardBytes:
      2 * sum(leaves.map((layer) => (layer.moduleParameters > 0 ? layer.outputBytes : 0))),
    parameterBytes: sum(
      parameters.map((item) => bytesOf({ shape: [item.size], dtype: item.dtype })),
    ),
  });
}

function callsOf(
  model: SummarizedModule,
  inputs: readonly SummaryInput[],
  dtype: "float32" | "int32",
): LayerCall[] {
  let calls: LayerCall[] = [];
  tidy(() => {
    const tensors = inputs.map((item) => (item instanceof Tensor ? item : zeros([...item], dtype)));
    calls = recordCalls(model, tensors);
  });
  return calls;
}

function inputsOf(input: SummaryInput | readonly SummaryInput[]): readonly SummaryInput[] {
  const single = input instanceof Tensor || typeof input[0] === "number";
  const inputs = single ? [input as SummaryInput] : (input as readonly SummaryInput[]);
  if (inputs.length === 0) {
    throw new ArgumentError(
      "summary: expected the input's shape, such as [1, 28, 28, 1], or tensors, got an empty list",
    );
  }
  for (const item of inputs) {
    if (item instanceof Tensor) continue;
    if (!Array.isArray(item) || !item.every((size) => Number.isInteger(size) && size >= 0)) {
      throw new ArgumentError(
        `summary: expected a shape of integers from 0, got ${JSON.stringify(item)}`,
      );
    }
  }
  return inputs;
}

function layersOf(calls: readonly LayerCall[]): LayerSummary[] {
  const countAtDepth: number[] = [];
  // What the modules within a module account for: the rest is printed beside the module.
  const accounted = new Map<SummarizedModule, Set<SummarizedParameter>>();
  for (const { place } of calls) {
    const isLeaf = place.module.namedChildren().length === 0;
    const direct = directParameters(place.module, isLeaf);
    for (let { parent } = place; parent !== null; parent = parent.parent) {
      const set = accounted.get(parent.module) ?? new Set();
      for (const parameter of direct) set.add(parameter);
      accounted.set(parent.module, set);
    }
  }
  return calls.map(({ place, output, isRepeated }): LayerSummary => {
    const { module, name, depth } = place;
    const named = module.namedParameters();
    const within = accounted.get(module);
    const own = named.map(([, parameter]) => parameter).filter((item) => !within?.has(item));
    const isLeaf = module.namedChildren().length === 0;
    const className = module.constructor.name;
    // The class's name as torchinfo, and by structure what a minifier has renamed.
    const isConvolution = className.includes("Conv") || "kernelSize" in module;
    const weights = named.map(([key, { size }]) => ({ name: key, size }));
    countAtDepth[depth] = (countAtDepth[depth] ?? 0) + 1;
    return {
      name,
      className,
      depth,
      index: countAtDepth[depth],
      isLeaf,
      isRepeated,
      outputShape: output?.shape ?? null,
      outputBytes: output === null ? 0 : bytesOf(output),
      parameters: countOf(own),
      moduleParameters: countOf(named.map(([, parameter]) => parameter)),
      trainable: trainableOf(named.map(([, { requiresGrad }]) => requiresGrad)),
      multiplyAdds: output === null ? 0 : multiplyAdds(weights, output.shape, isConvolution),
    };
  });
}

/** A leaf's parameters; of another module those that no child has. */
function directParameters(module: SummarizedModule, isLeaf: boolean): Set<SummarizedParameter> {
  const all = new Set(module.namedParameters().map(([, parameter]) => parameter));
  if (isLeaf) return all;
  for (const [, child] of module.namedChildren()) {
    for (const [, parameter] of child.namedParameters()) all.delete(parameter);
  }
  return all;
}

function trainableOf(flags: readonly boolean[]): LayerSummary["trainable"] {
  if (flags.length === 0) return null;
  if (flags.every(Boolean)) return true;
  return flags.some(Boolean) ? "partly" : false;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };

function bytesOf({ shape, dtype }: { shape: readonly number[]; dtype: string }): number {
  return product(shape) * (BYTES[dtype] ?? 0);
}

function countOf(parameters: readonly SummarizedParameter[]): number {
  return sum(parameters.map(({ size }) => size));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
