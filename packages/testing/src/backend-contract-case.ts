import { type Backend, Generator } from "@kindling/core";
import {
  type DataType,
  engine,
  memory,
  type NamedAttrMap,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  util,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectClose } from "./tensors.ts";

/** The values of a tensor before it is on a backend. */
export interface Input {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly dtype: DataType;
}

/** One line of the contract: what to compute, and what it should be. */
export interface KernelCase {
  readonly title: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly run: (inputs: Record<string, Tensor>) => Tensor | Tensor[];
  /** One list of values an output. @defaultValue what tfjs's cpu backend computes */
  readonly expected?: readonly (readonly number[])[];
  /** Relative to the larger of 1 and the expected value. @defaultValue 1e-5 */
  readonly tolerance?: number;
}

/** Float32 against the cpu backend's float64 sums of a hundred terms or so. */
const TOLERANCE = 1e-5;

/** Normal float32 values, the same for the same shape and seed. */
export function normal(shape: readonly number[], seed: number = 1): Input {
  const size = util.sizeFromShape([...shape]);
  return { shape, values: new Generator(seed).normal(size), dtype: "float32" };
}

/** Whole numbers in [from, to), so that many are equal. */
export function whole(
  shape: readonly number[],
  from: number,
  to: number,
  dtype: DataType = "float32",
  seed: number = 1,
): Input {
  const generator = new Generator(seed);
  const values = Array.from({ length: util.sizeFromShape([...shape]) }, () => {
    return from + generator.integer(to - from);
  });
  return { shape, values, dtype };
}

/** The values as given, row by row. */
export function given(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
  dtype: DataType = "float32",
): Input {
  return { shape, values, dtype };
}

/** A line that runs one kernel by name, with its inputs' names and attributes as tfjs has them. */
export function kernelCase(
  kernel: string,
  title: string,
  inputs: Readonly<Record<string, Input>>,
  attributes: object = {},
  rest: Pick<KernelCase, "expected" | "tolerance"> = {},
): KernelCase {
  return {
    title: `${kernel}: ${title}`,
    inputs,
    // Either one tensor or several comes back, as the kernel has outputs.
    run: (tensors) => engine().runKernel(kernel, tensors, attributes as NamedAttrMap),
    ...rest,
  };
}

/** A line that runs any function of the inputs. */
export function opCase(
  title: string,
  inputs: readonly Input[],
  run: (...inputs: Tensor[]) => Tensor | Tensor[],
  rest: Pick<KernelCase, "expected" | "tolerance"> = {},
): KernelCase {
  return {
    title,
    inputs: Object.fromEntries(inputs.map((input, i) => [String(i), input])),
    run: (tensors) => run(...inputs.map((_, i) => tensors[String(i)] as Tensor)),
    ...rest,
  };
}

interface Result {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values: ArrayLike<number>;
}

/** One test for the case: values, shape and type, twice over used memory, and nothing left behind. */
export function testCase(backend: Backend, kernelCase: KernelCase): void {
  test(kernelCase.title, async () => {
    const { expected, tolerance = TOLERANCE } = kernelCase;
    await setBackend("cpu");
    const reference = expected ? null : await results(kernelCase);
    await setBackend(backend.name);
    const before = memory();
    const first = await results(kernelCase);
    soil([...first, ...Object.values(kernelCase.inputs)]);
    const second = await results(kernelCase);
    expect(memory().numTensors, "tensors left behind").toBe(before.numTensors);
    expect(memory().numDataBuffers, "buffers left behind").toBe(before.numDataBuffers);
    const count = (expected ?? reference ?? []).length;
    for (const outputs of [first, second]) {
      expect(outputs.length, "number of outputs").toBe(count);
      outputs.forEach((output, i) => {
        if (reference) {
          expect(output.shape, `shape of output ${i}`).toEqual(reference[i]?.shape);
          expect(output.dtype, `type of output ${i}`).toBe(reference[i]?.dtype);
        }
        const values = expected?.[i] ?? reference?.[i]?.values ?? [];
        expectClose(output.values, values, { tolerance, title: `output ${i}` });
      });
    }
  });
}

async function results({ inputs, run }: KernelCase): Promise<Result[]> {
  const tensors = Object.entries(inputs).map(([name, { values, shape, dtype }]) => {
    return [name, tensor(Array.from(values), [...shape], dtype)] as const;
  });
  const outputs = tidy(() => [run(Object.fromEntries(tensors))].flat());
  const read = outputs.map(async (output) => {
    return { shape: output.shape, dtype: output.dtype, values: await output.data() };
  });
  const values = await Promise.all(read);
  for (const output of outputs) output.dispose();
  for (const [, input] of tensors) input.dispose();
  return values;
}

// Fills the memory that the case's tensors just gave back: a kernel that adds into its output without
// clearing it, or leaves parts unwritten, is found out on its next run.
function soil(tensors: readonly { readonly shape: readonly number[] }[]): void {
  const rubbish = tensors.map(({ shape }) => {
    return tensor(new Float32Array(util.sizeFromShape([...shape])).fill(1e30), [...shape]);
  });
  for (const piece of rubbish) piece.dispose();
}
