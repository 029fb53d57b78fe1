import { createHash } from "node:crypto";
import { defaultGenerator, manualSeed } from "@kindling/core";
import {
  type AnyModule,
  BatchNorm2d,
  Conv2d,
  Embedding,
  Flatten,
  init,
  LayerNorm,
  Linear,
  Module,
  Parameter,
  ReLU,
  Sequential,
} from "@kindling/layers";
import { activateBackend, expectClose } from "@kindling/testing";
import { type Tensor2D, type Tensor4D, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./fixtures.ts";

interface Digest {
  readonly shape: number[];
  readonly sha256: string;
  readonly first: number[];
}
interface InitFixture {
  readonly modules: readonly {
    readonly name: string;
    readonly seed: number;
    readonly state: Record<string, Digest>;
    readonly next: number[];
  }[];
  readonly embedding: number[];
  readonly inits: readonly (Digest & { readonly name: string })[];
  readonly gains: Record<init.Nonlinearity, number>;
}

class Cnn extends Module<Tensor4D, Tensor2D> {
  conv1 = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  conv2 = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  conv3 = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  fc = new Linear(32 * 7 * 7, 10);

  override forward(): Tensor2D {
    throw new Error("only its parameters are looked at");
  }
}

const MODULES: Record<string, () => AnyModule> = {
  cnn: () => new Cnn(),
  linear: () => new Linear(5, 3),
  linearNoBias: () => new Linear(7, 2, { bias: false }),
  convGrouped: () => new Conv2d(4, 6, { kernelSize: [3, 2], groups: 2 }),
  convDepthwise: () => new Conv2d(3, 6, { kernelSize: 3, groups: 3, bias: false }),
  batchNorm: () => new BatchNorm2d(4),
  layerNorm: () => new LayerNorm([2, 3]),
  sequential: () =>
    new Sequential(
      new Conv2d(2, 3, { kernelSize: 5 }),
      new ReLU(),
      new Flatten(),
      new Linear(6, 4),
    ),
};

const OIHW = [3, 2, 0, 1];
const INITS: Record<string, (w: Parameter) => Parameter> = {
  uniform: (w) => init.uniform(w, -2, 3),
  normal: (w) => init.normal(w, 1, 0.5),
  constant: (w) => init.constant(w, 0.25),
  xavierUniform: (w) => init.xavierUniform(w, { gain: 2 }),
  xavierNormal: (w) => init.xavierNormal(w),
  kaimingUniform: (w) => init.kaimingUniform(w, { a: 0.3 }),
  kaimingUniformFanOut: (w) => init.kaimingUniform(w, { mode: "fanOut", nonlinearity: "relu" }),
  kaimingNormal: (w) => init.kaimingNormal(w, { nonlinearity: "relu" }),
};

/** torch computes the normals of 16 or more in float32 SIMD, whose logarithm and cosine differ in the last bit. */
const NORMAL_TOLERANCE = 5e-7;

const sha256 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");

describe("initial values", () => {
  const { modules, embedding, inits, gains } = fixture<InitFixture>("init");
  beforeAll(() => activateBackend("cpu"));

  test.each(modules)("$name, seed $seed, is torch's bit for bit", async (expected) => {
    manualSeed(expected.seed);
    const module = (MODULES[expected.name] as () => AnyModule)();
    const state = await module.stateDict();
    const floats = Object.entries(state).filter(([, value]) => value.dtype === "float32");
    expect(floats.map(([name]) => name)).toEqual(Object.keys(expected.state));
    for (const [name, { shape, data }] of floats) {
      const digest = { shape, first: [...data.slice(0, 4)], sha256: sha256(data) };
      const { first, ...rest } = expected.state[name] as Digest;
      expect(digest, name).toEqual({ ...rest, first: first.map(Math.fround) });
    }
    expect([...defaultGenerator.uniform(2)]).toEqual(expected.next.map(Math.fround));
    module.dispose();
  });

  test("an embedding is torch's normals", () => {
    manualSeed(5);
    const layer = new Embedding(20, 3);
    expectClose(layer.weight, embedding, { tolerance: NORMAL_TOLERANCE });
    layer.dispose();
  });

  test.each(inits)("init.$name is torch's", async ({ name, shape, first, sha256: expected }) => {
    manualSeed(11);
    const weight = new Parameter(zeros([3, 2, 4, 6]), { layout: OIHW });
    expect((INITS[name] as (w: Parameter) => Parameter)(weight)).toBe(weight);
    class Holder extends Module {
      weight = weight;
      override forward(): never {
        throw new Error("only its parameters are looked at");
      }
    }
    const { weight: value } = await new Holder().stateDict();
    expect(value?.shape).toEqual(shape);
    if (name.toLowerCase().includes("normal")) {
      expectClose(value?.data.slice(0, 4) ?? [], first, { tolerance: NORMAL_TOLERANCE });
    } else {
      expect(sha256(value?.data as Float32Array)).toBe(expected);
    }
    weight.dispose();
  });

  test("gains are torch's", () => {
    for (const [name, gain] of Object.entries(gains)) {
      const slope = name === "leakyRelu" ? 0.2 : undefined;
      expect(init.calculateGain(name as init.Nonlinearity, slope), name).toBe(gain);
    }
  });
});
