import { textTable } from "./text-table.ts";

/** A call of a module. */
export interface LayerSummary {
  /** Dotted, as in a state dict; `""` for the model. */
  readonly name: string;
  /** Of the module: `Linear`. */
  readonly className: string;
  /** 0 for the model. */
  readonly depth: number;
  /** Among the calls of its depth, counted from 1. */
  readonly index: number;
  /** Has no modules within. */
  readonly isLeaf: boolean;
  /** Called before: its parameters are counted once, its multiply-adds each time. */
  readonly isRepeated: boolean;
  /** The first tensor that it returned; null when it returned none or was not called. */
  readonly outputShape: readonly number[] | null;
  /** Of that tensor; 0 when there is none. */
  readonly outputBytes: number;
  /** Its own: those of called modules within it are theirs. */
  readonly parameters: number;
  /** Its own and all within. */
  readonly moduleParameters: number;
  /** Null when it has no parameters. */
  readonly trainable: boolean | "partly" | null;
  /** Of this call, as torchinfo counts them. */
  readonly multiplyAdds: number;
}

/** The data of a {@link ModelSummary}. */
export interface ModelSummaryFields {
  /** In the order of the calls, each module before those it called. */
  readonly layers: readonly LayerSummary[];
  /** The deepest level printed. */
  readonly depth: number;
  /** A shared parameter counts once. */
  readonly totalParameters: number;
  /** Those that require gradients, of the total. */
  readonly trainableParameters: number;
  /** As torchinfo counts them. */
  readonly multiplyAdds: number;
  /** Of all inputs. */
  readonly inputBytes: number;
  /** Twice the outputs of layers with parameters: what a training step keeps, as torchinfo estimates it. */
  readonly forwardBackwardBytes: number;
  /** A shared parameter counts once. */
  readonly parameterBytes: number;
}

/**
 * What {@link summary} returns: data, and a table when printed.
 *
 * @example
 * ```ts
 * const { totalParameters, multiplyAdds, layers } = summary(model, [64, 2, 2, 1]);
 * totalParameters; // => 67
 * multiplyAdds; // => 4288
 * layers.map(({ name }) => name); // => ["", "hidden", "output"]
 * ```
 */
export class ModelSummary implements ModelSummaryFields {
  readonly layers: readonly LayerSummary[];
  readonly depth: number;
  readonly totalParameters: number;
  readonly trainableParameters: number;
  readonly multiplyAdds: number;
  readonly inputBytes: number;
  readonly forwardBackwardBytes: number;
  readonly parameterBytes: number;

  constructor(fields: ModelSummaryFields) {
    this.layers = fields.layers;
    this.depth = fields.depth;
    this.totalParameters = fields.totalParameters;
    this.trainableParameters = fields.trainableParameters;
    this.multiplyAdds = fields.multiplyAdds;
    this.inputBytes = fields.inputBytes;
    this.forwardBackwardBytes = fields.forwardBackwardBytes;
    this.parameterBytes = fields.parameterBytes;
  }

  /** Of inputs, outputs and parameters together: torchinfo's estimated total size. */
  get totalBytes(): number {
    return this.inputBytes + this.forwardBackwardBytes + this.parameterBytes;
  }

  /** The table, down to `depth`; deeper layers are added to the line above them. */
  toString(): string {
    const { totalParameters, trainableParameters } = this;
    const shown = this.layers.filter(({ depth }) => depth <= this.depth);
    const rows = shown.map((layer, i) => [
      branches(shown, i) + titleOf(layer),
      layer.outputShape === null ? "–" : `[${layer.outputShape.join(", ")}]`,
      this.#parametersOf(layer),
      layer.trainable === null ? "–" : String(layer.trainable),
      this.#multiplyAddsOf(layer),
    ]);
    const totals = [
      ["Total parameters", integer(totalParameters)],
      ["Trainable parameters", integer(trainableParameters)],
      ["Non-trainable parameters", integer(totalParameters - trainableParameters)],
      ["Total mult-adds", integer(this.multiplyAdds)],
      ["Input size (MB)", megabytes(this.inputBytes)],
      ["Forward/backward pass size (MB)", megabytes(this.forwardBackwardBytes)],
      ["Parameters size (MB)", megabytes(this.parameterBytes)],
      ["Estimated total size (MB)", megabytes(this.totalBytes)],
    ];
    return [textTable(COLUMNS, rows), ...totals.map(([name, value]) => ` ${name}: ${value}`)].join(
      "\n",
    );
  }

  // What stands below a module that is the deepest printed is added to the module's line.
  #parametersOf(layer: LayerSummary): string {
    if (layer.isRepeated) return "(again)";
    const count = layer.depth === this.depth ? layer.moduleParameters : layer.parameters;
    return count === 0 ? "–" : integer(count);
  }

  #multiplyAddsOf(layer: LayerSummary): string {
    let count = layer.isLeaf ? layer.multiplyAdds : 0;
    if (!layer.isLeaf && layer.depth === this.depth) {
      const start = this.layers.indexOf(layer) + 1;
      const end = this.layers.findIndex(({ depth }, i) => i >= start && depth <= layer.depth);
      const within = this.layers.slice(start, end < 0 ? undefined : end);
      for (const inner of within) count += inner.isLeaf ? inner.multiplyAdds : 0;
    }
    return count === 0 ? "–" : integer(count);
  }
}

const COLUMNS = [
  { title: "Layer", align: "left" },
  { title: "Output shape", align: "left" },
  { title: "Parameters", align: "right" },
  { title: "Trainable", align: "left" },
  { title: "Mult-adds", align: "right" },
] as const;

/** `├─ ` for each layer but the last of its parent, under the lines of the parents. */
function branches(layers: readonly LayerSummary[], position: number): string {
  const depth = layers[position]?.depth ?? 0;
  let text = "";
  for (let level = 1; level <= depth; level++) {
    const next = layers.slice(position + 1).find((layer) => layer.depth <= level);
    const continues = next?.depth === level;
    if (level < depth) text += continues ? "│  " : "   ";
    else text += continues ? "├─ " : "└─ ";
  }
  return text;
}

function titleOf({ className, name, depth, index }: LayerSummary): string {
  if (depth === 0) return className;
  return `${className} (${name}): ${depth}-${index}`;
}

function integer(value: number): string {
  return value.toLocaleString("en-US");
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
