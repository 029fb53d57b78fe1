import { defaultGenerator, Generator, manualSeed } from "@kindling/core";
import {
  compose,
  DataLoader,
  type ImageBatch,
  type ImageTransform,
  normalize,
  RandomSampler,
  randomAffine,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  randomSplit,
  randomVerticalFlip,
  type Sampler,
  SubsetRandomSampler,
  TensorDataset,
  toTensor,
  WeightedRandomSampler,
} from "@kindling/datasets";
import { describeOnBackends, expectClose, values } from "@kindling/testing";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

interface Digest {
  readonly length: number;
  readonly first: number[];
  readonly last: number[];
  readonly sum: number;
}

interface Seeded {
  readonly seed: number;
  /** `torch.randint(0, 2**24)` afterwards: where the default generator stands. */
  readonly next: number;
}

interface LoaderCase extends Seeded {
  readonly length: number;
  readonly batch_size: number;
  readonly shuffle: boolean;
  readonly drop_last?: boolean;
  readonly own?: boolean;
  readonly epochs: number[][][];
}

interface SamplerCase extends Seeded {
  readonly name: "random" | "subset" | "weighted";
  readonly length?: number;
  readonly numSamples?: number;
  readonly replacement?: boolean;
  readonly indices?: number[];
  readonly weights?: number[];
  readonly passes: number[][];
}

interface TransformCase {
  readonly input: FixtureTensor;
  readonly output: FixtureTensor;
  readonly next: number;
}

const torch = fixture<{
  splits: (Seeded & { length: number; lengths: number[]; parts: (number[] | Digest)[] })[];
  loaders: LoaderCase[];
  interleaved: { pairs: [number[], number[]][]; next: number };
  leftEarly: { first: number[]; then: number[][] };
  samplers: SamplerCase[];
  scaled: FixtureTensor;
  normalized: { input: FixtureTensor; output: FixtureTensor };
  transforms: Record<string, TransformCase>;
}>("data");

const nextDraw = (): number => defaultGenerator.integer(2 ** 24);

/** A dataset of its own indices. */
function indices(length: number): TensorDataset<readonly [Int32Array]> {
  return new TensorDataset(Int32Array.from({ length }, (_, i) => i));
}

async function pass(loader: AsyncIterable<[Tensor1D]>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const [batch] of loader) batches.push(values(batch));
  return batches;
}

describe("randomSplit", () => {
  test.each(torch.splits)("of $length into $lengths with seed $seed", (expected) => {
    manualSeed(expected.seed);
    const parts = randomSplit(indices(expected.length), expected.lengths);
    const received = parts.map((part, i) => {
      const order = Array.from(part.indices);
      return Array.isArray(expected.parts[i]) ? order : digest(order);
    });
    expect(received).toEqual(expected.parts);
    expect(nextDraw()).toBe(expected.next);
  });
});

function digest(order: readonly number[]): Digest {
  return {
    length: order.length,
    first: order.slice(0, 8),
    last: order.slice(-8),
    sum: order.reduce((sum, index, i) => sum + ((i % 1009) + 1) * index, 0),
  };
}

describeOnBackends("DataLoader's order", () => {
  test.each(torch.loaders)(
    "of $length by $batch_size, shuffle $shuffle, own generator $own, seed $seed",
    async ({ length, batch_size: batchSize, shuffle, drop_last, own, seed, epochs, next }) => {
      manualSeed(seed);
      const loader = new DataLoader(indices(length), {
        batchSize,
        shuffle,
        dropLast: drop_last ?? false,
        ...(own && { generator: new Generator(seed) }),
      });
      for (const expected of epochs) expect(await pass(loader)).toEqual(expected);
      expect(nextDraw()).toBe(next);
    },
  );

  test("of two loaders iterated in step", async () => {
    manualSeed(3);
    const [a, b] = [0, 1].map(() =>
      new DataLoader(indices(8), { batchSize: 2, shuffle: true })[Symbol.asyncIterator](),
    );
    const pairs: number[][][] = [];
    while (true) {
      const x = await a?.next();
      if (x?.done !== false) break;
      const y = await b?.next();
      if (y?.done !== false) break;
      pairs.push([values(x.value[0]), values(y.value[0])]);
    }
    await b?.return?.();
    expect(pairs).toEqual(torch.interleaved.pairs);
    expect(nextDraw()).toBe(torch.interleaved.next);
  });

  test("after a loop that was left early", async () => {
    const loader = new DataLoader(indices(6), {
      batchSize: 2,
      shuffle: true,
      generator: new Generator(5),
    });
    for await (const [batch] of loader) {
      expect(values(batch)).toEqual(torch.leftEarly.first);
      break;
    }
    expect(await pass(loader)).toEqual(torch.leftEarly.then);
  });
});

describe("samplers", () => {
  test.each(torch.samplers)("$name of $numSamples, replacement $replacement, seed $seed", (c) => {
    manualSeed(c.seed);
    const sampler = samplerOf(c);
    for (const expected of c.passes) {
      expect([...sampler]).toEqual(expected);
      expect(sampler.length).toBe(expected.length);
    }
    expect(nextDraw()).toBe(c.next);
  });
});

function samplerOf(c: SamplerCase): Sampler {
  const { length = 0, numSamples = length, replacement = false } = c;
  if (c.name === "subset") return new SubsetRandomSampler(c.indices ?? []);
  if (c.name === "weighted") return new WeightedRandomSampler(c.weights ?? [], numSamples);
  return new RandomSampler({ length }, { numSamples, replacement });
}

describe("transforms", () => {
  const TRANSFORMS: Readonly<Record<string, ImageTransform>> = {
    horizontalFlip: randomHorizontalFlip(),
    verticalFlip: randomVerticalFlip({ p: 0.3 }),
    crop: randomCrop(6, { padding: 2 }),
    cropFill: randomCrop([3, 5], { padding: 1, fill: 9 }),
    cropWhole: randomCrop([4, 4]),
    rotation: randomRotation(30),
    rotationFill: randomRotation([10, 80], { fill: 7 }),
    affine: randomAffine(20, { translate: [0.2, 0.1], scale: [0.7, 1.3], shear: 10 }),
    affineAngle: randomAffine([5, 25], { fill: 3 }),
    composed: compose(
      randomCrop(8, { padding: 1 }),
      randomHorizontalFlip(),
      randomRotation(15),
      toTensor(),
      normalize(0.1307, 0.3081),
    ),
  };

  test("has a case for each of torchvision's", () => {
    expect(Object.keys(TRANSFORMS)).toEqual(Object.keys(torch.transforms));
  });

  test.each(Object.keys(torch.transforms))("%s", (name) => {
    const transform = TRANSFORMS[name] as ImageTransform;
    const { input, output, next } = torch.transforms[name] as TransformCase;
    manualSeed(11);
    const images = channelsLast(input, Uint8Array);
    const [n, ...shape] = images.shape;
    const drawn = Array.from({ length: n }, () => transform.draw(defaultGenerator, shape));
    const received = transform.apply(images, drawn);
    const expected = channelsLast(output, Float32Array);
    expect(received.shape).toEqual(expected.shape);
    // Bit for bit: the fixture's decimals read back to the same float32.
    expect(Array.from(received.data)).toEqual(Array.from(expected.data));
    expect(nextDraw()).toBe(next);
  });

  test("toTensor scales each byte as torch's division by 255 does", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const scaled = toTensor().apply({ shape: [1, 16, 16, 1], data: bytes }, []);
    expectClose(scaled.data, Float32Array.from(torch.scaled.values), { tolerance: 0 });
  });

  test("normalize by channel", () => {
    const images = channelsLast(torch.normalized.input, Float32Array);
    const { data } = normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).apply(images, []);
    expectClose(data, channelsLast(torch.normalized.output, Float32Array).data, { tolerance: 0 });
  });
});

/** PyTorch's `[n, c, h, w]` as `[n, h, w, c]`. */
function channelsLast(
  { shape, values }: FixtureTensor,
  Data: typeof Uint8Array | typeof Float32Array,
): ImageBatch {
  const [n, c, h, w] = shape as [number, number, number, number];
  const data = new Data(values.length);
  for (let i = 0; i < values.length; i++) {
    const [image, channel, pixel] = [
      Math.floor(i / (c * h * w)),
      Math.floor(i / (h * w)) % c,
      i % (h * w),
    ];
    data[(image * h * w + pixel) * c + channel] = values[i] as number;
  }
  return { shape: [n, h, w, c], data };
}
