import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { gather, type Rank, type Tensor } from "@tensorflow/tfjs-core";
import { upload } from "./host-tensor.ts";
import { Module } from "./module.ts";
import { checkSize } from "./pair.ts";
import { Parameter } from "./parameter.ts";

/** What {@link Embedding} takes besides its sizes. */
export interface EmbeddingOptions {
  /** Where the initial values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * A learned vector for each of a number of indices.
 *
 * | tensor   | shape                                        |
 * | -------- | -------------------------------------------- |
 * | input    | int32 `[...batch]`, 0 to `numEmbeddings` − 1 |
 * | output   | `[...batch, embeddingDim]`                   |
 * | `weight` | `[numEmbeddings, embeddingDim]`              |
 *
 * Starts normally distributed, as PyTorch's. An index that is none is an error on wasm, which sees it at no
 * cost; elsewhere nothing is checked, which would wait for the device.
 *
 * @throws {ArgumentError} when the indices are not int32 or, on wasm, out of range; or a size is not an integer
 *   from 1.
 *
 * @example
 * ```ts
 * new Embedding(1000, 64).forward(tensor2d([[3, 7]], [1, 2], "int32")).shape; // => [1, 2, 64]
 * ```
 */
export class Embedding extends Module<Tensor, Tensor> {
  /** How many indices there are. */
  readonly numEmbeddings: number;
  /** Length of a vector. */
  readonly embeddingDim: number;
  /** `[numEmbeddings, embeddingDim]`, a row an index. */
  readonly weight: Parameter<Rank.R2>;

  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    { generator = defaultGenerator }: EmbeddingOptions = {},
  ) {
    super();
    checkSize("Embedding", "numEmbeddings", numEmbeddings);
    checkSize("Embedding", "embeddingDim", embeddingDim);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    const shape = [numEmbeddings, embeddingDim];
    const data = generator.normal(numEmbeddings * embeddingDim);
    this.weight = new Parameter<Rank.R2>(upload({ shape, data, dtype: "float32" }));
  }

  override forward(indices: Tensor): Tensor {
    if (indices.dtype !== "int32") {
      throw new ArgumentError(`Embedding: expected indices of dtype int32, got ${indices.dtype}`);
    }
    return gather(this.weight, indices);
  }

  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}`;
  }
}
