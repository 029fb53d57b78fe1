import { Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { describeOnBackends } from "./backends.ts";
import { expectTensors, values } from "./tensors.ts";

/** What the contract asks of a dataset whose batches are tuples of tensors. */
export interface ContractDataset {
  readonly length: number;
  get(index: number): unknown;
  batch(indices: ArrayLike<number>): readonly Tensor[] | Promise<readonly Tensor[]>;
}

export interface DatasetContract {
  /** A dataset of at least three samples that gives the same values each time it is asked. */
  make(): ContractDataset | Promise<ContractDataset>;
  readonly length: number;
  /** Of each tensor in a batch: its shape without the first axis, and its type. */
  readonly fields: readonly { readonly shape: readonly number[]; readonly dtype: string }[];
}

/** What every dataset must do, whatever is in it; its own tests come after this line. */
export function describeDataset(title: string, { make, length, fields }: DatasetContract): void {
  describeOnBackends(`${title}: the dataset contract`, () => {
    let dataset: ContractDataset;
    beforeAll(async () => {
      dataset = await make();
    });

    test("knows its length", () => {
      expect(dataset.length).toBe(length);
    });

    test.each([1, 3])("makes a batch of %i, and nothing but its tensors", async (n) => {
      const batch = await expectTensors(() => dataset.batch(range(n)), fields.length);
      expect(batch.map(({ shape }) => shape)).toEqual(fields.map(({ shape }) => [n, ...shape]));
      expect(batch.map(({ dtype }) => dtype)).toEqual(fields.map(({ dtype }) => dtype));
      dispose(batch);
    });

    test("puts samples in the order of the indices, again when an index comes again", async () => {
      const mixed = [length - 1, 0, 1, 0];
      const rows = await Promise.all(mixed.map((index) => read(dataset, [index])));
      const joined = fields.map((_, field) => rows.flatMap((row) => row[field] ?? []));
      expect(await read(dataset, mixed)).toEqual(joined);
    });

    test("takes typed arrays as it takes plain ones", async () => {
      expect(await read(dataset, Int32Array.of(2, 1))).toEqual(await read(dataset, [2, 1]));
    });

    test("gives its first and its last sample", async () => {
      for (const index of [0, length - 1]) {
        const sample = await dataset.get(index);
        expect(sample).toBeDefined();
        dispose(sample);
      }
    });

    describe.each([-1, length, 0.5, Number.NaN])("at index %d", (index) => {
      test("refuses a sample, and says which indices there are", async () => {
        const work = (): unknown => expectTensors(async () => dataset.get(index));
        await expect(work).rejects.toThrow(`from 0 to ${length - 1}, got ${index}`);
      });

      test("refuses a batch, and leaves no tensor behind", async () => {
        await expectTensors(async () => {
          const work = async (): Promise<unknown> => dataset.batch([0, index]);
          await expect(work).rejects.toMatchObject({ name: "ArgumentError" });
        });
      });
    });
  });
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

async function read(dataset: ContractDataset, indices: ArrayLike<number>): Promise<number[][]> {
  const batch = await dataset.batch(indices);
  const read = batch.map(values);
  dispose(batch);
  return read;
}

function dispose(value: unknown): void {
  if (value instanceof Tensor) value.dispose();
  else if (Array.isArray(value)) value.forEach(dispose);
}
