import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsTensor,
  toFloat32,
  toStateDict,
} from "@kindling/safetensors";
import { describeOnBackends, expectClose } from "@kindling/testing";
import { tensor, tidy } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";
import { MODELS } from "./safetensors-models.ts";

interface SafetensorsFixture {
  readonly dtypes: string;
  readonly torchDtypes: string;
  readonly metadata: string;
  readonly models: readonly {
    readonly name: string;
    readonly file: string;
    readonly input: FixtureTensor;
    readonly logits: FixtureTensor;
  }[];
}

/** Sums of a few dozen float32 products near 1, in another order than PyTorch's. */
const LOGIT_TOLERANCE = 1e-5;

const python = fixture<SafetensorsFixture>("safetensors");
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));
const read = (base64: string) => decodeSafetensors(bytesOf(base64));

describe("files by Python's safetensors", () => {
  test("read right in every dtype that numpy has", () => {
    const { tensors } = read(python.dtypes);
    const plain = (value: SafetensorsTensor | undefined): number[] =>
      Array.from(value === undefined ? [] : toFloat32(value));
    const numeric = Object.keys(tensors).filter((name) => name.includes("/"));
    expect(numeric).toHaveLength(11);
    for (const name of numeric) {
      expect(tensors[name]?.dtype).toBe(name.slice(2));
      expect(tensors[name]?.shape).toEqual([2, 3]);
      expect(plain(tensors[name])).toEqual([0, 1, 2, 3, 100, 127]);
    }
    const names = ["😀", "\uff5e", '"quoted"\n\\', "10", "9"];
    expect(names.map((name) => plain(tensors[name]))).toEqual([[1], [2], [3], [4], [5]]);
  });

  test("read right in PyTorch's own dtypes", () => {
    const { tensors } = read(python.torchDtypes);
    const { bool, bfloat16, empty, scalar } = tensors;
    expect(bool).toEqual({ dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) });
    expect(bfloat16 && toFloat32(bfloat16)).toEqual(Float32Array.of(1, -2.5, 3.140625));
    expect(empty).toEqual({ dtype: "float32", shape: [0, 3], data: new Float32Array() });
    expect(scalar).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(2.5) });
  });

  test("are written the same, byte for byte", () => {
    const { dtypes, torchDtypes, metadata, models } = python;
    for (const file of [dtypes, torchDtypes, metadata, ...models.map((model) => model.file)]) {
      const bytes = bytesOf(file);
      const decoded = decodeSafetensors(bytes);
      expect(encodeSafetensors(decoded.tensors, decoded.metadata)).toEqual(bytes);
    }
    expect(read(metadata).metadata).toEqual({ ключ: 'é "quoted" \u2028' });
  });
});

describeOnBackends("a model saved by PyTorch", () => {
  test.each(python.models)(
    "computes the same here: $name",
    async ({ name, file, input, logits }) => {
      const model = MODELS[name]?.[0]();
      if (model === undefined) throw new Error(`no model ${name}`);
      model.loadStateDict(toStateDict(read(file).tensors));
      model.eval();
      const output = tidy(() => model.forward(tensor(input.values, input.shape)));
      expect(output.shape).toEqual(logits.shape);
      expectClose(output, logits.values, { tolerance: LOGIT_TOLERANCE });
      output.dispose();
      // What it saves is what it was given: the same names, shapes and values.
      const saved = await model.stateDict();
      expect(saved).toEqual(toStateDict(read(file).tensors));
      model.dispose();
    },
  );
});
