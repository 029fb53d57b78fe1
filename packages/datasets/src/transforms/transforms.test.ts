import { ArgumentError, Generator, ShapeError } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compose } from "./compose.ts";
import { type ImageBatch, type ImageTransform, transformImages } from "./image-transform.ts";
import { normalize } from "./normalize.ts";
import { randomAffine } from "./random-affine.ts";
import { randomCrop } from "./random-crop.ts";
import { randomHorizontalFlip, randomVerticalFlip } from "./random-flip.ts";
import { randomRotation } from "./random-rotation.ts";
import { toTensor } from "./to-tensor.ts";

const anyImages = fc
  .tuple(fc.nat(4), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.nat(3))
  .map(([n, h, w, c]): ImageBatch => {
    const data = Uint8Array.from({ length: n * h * w * c }, (_, i) => (i * 37) % 256);
    return { shape: [n, h, w, c], data };
  });

const copy = ({ shape, data }: ImageBatch): ImageBatch => ({ shape, data: data.slice() });
const run = (transform: ImageTransform, images: ImageBatch, seed = 0): ImageBatch =>
  transformImages(transform, copy(images), new Generator(seed));

describe("what every transform keeps to", () => {
  const TRANSFORMS: Readonly<Record<string, ImageTransform>> = {
    toTensor: toTensor(),
    randomHorizontalFlip: randomHorizontalFlip(),
    randomVerticalFlip: randomVerticalFlip(),
    randomCrop: randomCrop([2, 3], { padding: 2 }),
    randomRotation: randomRotation(45),
    randomAffine: randomAffine(10, { translate: [0.3, 0.3], scale: [0.5, 2], shear: 5 }),
    compose: compose(randomVerticalFlip(), randomCrop(2, { padding: 1 }), toTensor()),
    nothing: compose(),
  };

  test.each(Object.entries(TRANSFORMS))("%s", (_, transform) => {
    fc.assert(
      fc.property(anyImages, fc.integer(), (images, seed) => {
        const [n, ...shape] = images.shape;
        const out = run(transform, images, seed);
        expect(out.shape).toEqual([n, ...(transform.outputShape?.(shape) ?? shape)]);
        expect(out.data.length).toBe(out.shape.reduce((a, b) => a * b, 1));
        expect(transform.draw(new Generator(seed), shape)).toHaveLength(transform.draws);
        expect(run(transform, images, seed)).toEqual(out);
        // No new values: only moved, scaled or filled with 0.
        const scale = images.data.constructor === out.data.constructor ? 1 : 255;
        const known = new Set([0, ...images.data].map((v) => Math.fround(v / scale)));
        for (const value of out.data) expect(known.has(value)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("flips", () => {
  test("twice is not at all, and once mirrors rows or columns with their channels", () => {
    const images: ImageBatch = { shape: [1, 2, 2, 2], data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    const flips = [randomHorizontalFlip({ p: 1 }), randomVerticalFlip({ p: 1 })];
    expect(flips.map((flip) => Array.from(run(flip, images).data))).toEqual([
      [2, 3, 0, 1, 6, 7, 4, 5],
      [4, 5, 6, 7, 0, 1, 2, 3],
    ]);
    for (const flip of flips) expect(run(compose(flip, flip), images)).toEqual(images);
    expect(run(randomHorizontalFlip({ p: 0 }), images)).toEqual(images);
  });

  test.each([-0.1, 1.1, Number.NaN])("refuse p = %d", (p) => {
    expect(() => randomHorizontalFlip({ p })).toThrow(
      `randomHorizontalFlip: expected p from 0 to 1, got ${p}`,
    );
  });
});

describe("randomCrop", () => {
  const images: ImageBatch = {
    shape: [2, 3, 3, 1],
    data: Uint8Array.from({ length: 18 }, (_, i) => i + 1),
  };

  test("fills what the padding brings in", () => {
    const { data } = run(randomCrop(1, { padding: 5, fill: 200 }), images, 3);
    expect(Array.from(data)).toEqual([200, 200]);
    const whole = run(randomCrop(5, { padding: 1 }), images).data;
    expect(Array.from(whole.subarray(0, 10))).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 0]);
  });

  test("refuses images that are too small, and sizes that are none", () => {
    expect(() => run(randomCrop(4), images)).toThrow(ShapeError);
    expect(() => run(randomCrop([2, 6], { padding: 1 }), images)).toThrow(
      "randomCrop: expected input of shape [n, 0 or more, 4 or more, c], got [3, 3, 1]",
    );
    expect(() => randomCrop(0)).toThrow("expected the height to be an integer from 1, got 0");
    expect(() => randomCrop(2, { padding: -1 })).toThrow(
      "expected padding to be an integer from 0",
    );
    expect(() => randomCrop(2, { fill: Number.NaN })).toThrow(ArgumentError);
  });
});

describe("rotation and affine", () => {
  const images: ImageBatch = { shape: [1, 2, 2, 1], data: Uint8Array.of(1, 2, 3, 4) };

  test("turn by a quarter: counter-clockwise the one, clockwise the other", () => {
    expect(Array.from(run(randomRotation([90, 90]), images).data)).toEqual([2, 4, 1, 3]);
    expect(Array.from(run(randomAffine([90, 90]), images).data)).toEqual([3, 1, 4, 2]);
  });

  test("by nothing change nothing", () => {
    expect(run(randomRotation(0), images)).toEqual(images);
    expect(run(randomAffine(0, { translate: [0, 0], scale: [1, 1], shear: 0 }), images)).toEqual(
      images,
    );
  });

  test.each([
    [
      () => randomRotation(-5),
      "expected degrees to be a finite number from 0 or a range [from, to], got [5, -5]",
    ],
    [() => randomRotation([0, Number.NaN]), "got [0, NaN]"],
    [() => randomAffine(0, { scale: [0, 1] }), "expected scale above 0, got [0, 1]"],
    [() => randomAffine(0, { scale: [2, 1] }), "expected scale to be"],
    [
      () => randomAffine(0, { translate: [0.1, 1.5] }),
      "expected translate from 0 to 1, got [0.1, 1.5]",
    ],
    [() => randomAffine(0, { shear: Number.POSITIVE_INFINITY }), "expected shear to be"],
  ])("refuse what is out of range: %s", (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

describe("normalize", () => {
  test("refuses bytes, another number of channels, and values that cannot be divided by", () => {
    const images: ImageBatch = { shape: [1, 1, 1, 2], data: Uint8Array.of(1, 2) };
    expect(() => run(normalize(0, 1), images)).toThrow(
      "normalize: expected floats, got bytes; put toTensor() before it",
    );
    expect(() => run(compose(toTensor(), normalize([0, 0, 0], [1, 1, 1])), images)).toThrow(
      "normalize: expected input of shape [n, h, w, 3], got [1, 1, 1, 2]",
    );
    for (const [mean, std] of [
      [0, 0],
      [Number.NaN, 1],
      [[0, 0], [1]],
      [[], []],
    ] as const) {
      expect(() => normalize(mean, std)).toThrow(ArgumentError);
    }
  });

  test("uses one mean for all channels, or one each", () => {
    const images: ImageBatch = { shape: [1, 1, 2, 2], data: Float32Array.of(1, 2, 3, 4) };
    expect(Array.from(run(normalize(1, 2), images).data)).toEqual([0, 0.5, 1, 1.5]);
    expect(Array.from(run(normalize([1, 2], [1, 2]), images).data)).toEqual([0, 0, 2, 1]);
  });
});
