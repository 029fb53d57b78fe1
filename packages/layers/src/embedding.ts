import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { gather, type Rank, type Tensor } from "@tensorflow/tfjs-core";
import { upload } from "./host-tensor.ts";
import { Module } from "./module.ts";
import { checkSize } from "./pair.ts";
import { Parameter } from "./parameter.ts";

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
 * Starts normally distributed, as PyTorch's. Indices are not checked: that would wait for the device.
 *
 * @throws {ArgumentError} when the indices are not int32, or a size is not an integer from 1.
 *
 * @example
 * ```ts
 * new Embedding(1000, 64).forward(tensor2d([[3, 7]], [1, 2], "int32")).shape; // => [1, 2, 64]
 * ```
 */
export class Embedding extends Module<Tensor, Tensor> {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
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
