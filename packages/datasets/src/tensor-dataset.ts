import { ArgumentError } from "@kindling/core";
import {
  gather,
  reshape,
  Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Dataset } from "./dataset.ts";
import {
  checkedHostArray,
  gatherRows,
  type HostArray,
  isNumberArray,
  type NumberArray,
  upload,
} from "./host-array.ts";
import { checkedIndex, type Indices } from "./indices.ts";

/** What a `TensorDataset` is made of: a tensor, an array with a shape, or a bare `[n]` array. */
export type Column = Tensor | HostArray | NumberArray;

/** One row of a column: a tensor of one axis less, which the caller disposes. */
export type ColumnRow<C> = C extends Tensor2D
  ? Tensor1D
  : C extends Tensor3D
    ? Tensor2D
    : C extends Tensor4D
      ? Tensor3D
      : Tensor;

/** Many rows of a column: a tensor of its rank. */
export type ColumnBatch<C> = C extends Tensor
  ? C
  : C extends NumberArray
    ? Tensor1D
    : C extends HostArray<infer Shape>
      ? Ranked<Shape["length"]>
      : never;

type Ranked<Rank extends number> = Rank extends 1
  ? Tensor1D
  : Rank extends 2
    ? Tensor2D
    : Rank extends 3
      ? Tensor3D
      : Rank extends 4
        ? Tensor4D
        : Tensor;

type Rows<Columns extends readonly Column[]> = {
  -readonly [Index in keyof Columns]: ColumnRow<Columns[Index]>;
};
type Batches<Columns extends readonly Column[]> = {
  -readonly [Index in keyof Columns]: ColumnBatch<Columns[Index]>;
};

/**
 * Rows of tensors or arrays that all have the same first axis: PyTorch's `TensorDataset`.
 *
 * Arrays stay in ordinary memory, as they are, and a batch uploads its rows: memory on the device grows
 * with the batch. Tensors stay where they are and a batch gathers on the device, without a read; they
 * remain the caller's and must outlive the dataset.
 *
 * @throws {ArgumentError} when there is no column, one is a plain array, the columns differ in length, or an
 *   array's values do not fill its shape.
 *
 * @example
 * ```ts
 * const points = { shape: [3, 2], data: Float32Array.of(0, 0, 0, 1, 1, 1) } as const;
 * const dataset = new TensorDataset(points, Int32Array.of(0, 1, 1));
 * const [x, y] = dataset.batch([2, 0]);
 * x; // => [[1, 1], [0, 0]]
 * y; // => [1, 0]
 * ```
 */
export class TensorDataset<const Columns extends readonly Column[]>
  implements Dataset<Rows<Columns>, Batches<Columns>>
{
  readonly length: number;
  readonly #columns: readonly (Tensor | HostArray)[];

  constructor(...columns: Columns) {
    this.#columns = columns.map((column) => {
      if (isNumberArray(column)) return { shape: [column.length], data: column };
      if (Array.isArray((column as Partial<HostArray> | null)?.shape)) return column;
      throw new ArgumentError(
        "TensorDataset: expected columns that are tensors, typed arrays or { shape, data }, " +
          `got ${Array.isArray(column) ? "an array; Float32Array.from makes a typed one" : column}`,
      );
    });
    const lengths = this.#columns.map(({ shape }) => shape[0]);
    const [length] = lengths;
    if (length === undefined || lengths.some((other) => other !== length)) {
      throw new ArgumentError(
        "TensorDataset: expected columns of the same length, " +
          `got [${this.#columns.map(({ shape }) => `[${shape.join(", ")}]`).join(", ")}]`,
      );
    }
    for (const column of this.#columns) {
      if (!(column instanceof Tensor)) checkedHostArray("TensorDataset", column);
    }
    this.length = length;
  }

  /** One row a column. The caller disposes them. @throws {ArgumentError} when there is no such index. */
  get(index: number): Rows<Columns> {
    const rows = tidy(() =>
      this.#gather("get", [index]).map((row) => reshape(row, row.shape.slice(1))),
    );
    return rows as unknown as Rows<Columns>; // one a column, in their order
  }

  /** One tensor a column. The caller disposes them. @throws {ArgumentError} when there is no such index. */
  batch(indices: Indices): Batches<Columns> {
    return tidy(() => this.#gather("batch", indices)) as unknown as Batches<Columns>;
  }

  #gather(method: string, indices: Indices): Tensor[] {
    const where = `TensorDataset.${method}`;
    const rows = Int32Array.from(indices, (index) => checkedIndex(where, index, this.length));
    return this.#columns.map((column) =>
      column instanceof Tensor
        ? gather(column, tensor1d(rows, "int32"))
        : upload(gatherRows(where, column, rows)),
    );
  }
}
