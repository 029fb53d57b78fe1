// A dataset of one's own is two members; a transform of one's own is an object that works on whole batches.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import {
  compose,
  DataLoader,
  type Dataset,
  type ImageTransform,
  mnist,
  randomAffine,
  randomSplit,
  toTensor,
} from "@kindling/datasets";
import { slice } from "@tensorflow/tfjs-core";

/** Points of a sine wave, computed when they are asked for. */
class Sine implements Dataset<[x: Float32Array, y: number]> {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  get(index: number): [Float32Array, number] {
    const x = (2 * Math.PI * index) / this.length;
    return [Float32Array.of(x), Math.sin(x)];
  }
}

/** White paper, black ink, for some of the images. What is random is drawn first, image by image. */
const randomInvert = (share: number): ImageTransform => ({
  draws: 1,
  draw: (generator) => [...generator.uniform(1)],
  apply({ shape, data }, drawn) {
    const pixels = data.length / shape[0];
    const white = data instanceof Uint8Array ? 255 : 1;
    drawn.forEach(([number = 1], image) => {
      if (number >= share) return;
      for (let i = image * pixels; i < (image + 1) * pixels; i++) data[i] = white - (data[i] ?? 0);
    });
    return { shape, data };
  },
});

await selectBackend([wasm()]);
manualSeed(0);
const [train, validation] = randomSplit(new Sine(1000), [0.8, 0.2]);
console.log(`${train.length} points to train with, ${validation.length} to validate`);
for await (const [x, y] of new DataLoader(train, { batchSize: 300, shuffle: true })) {
  console.log(`x [${x.shape}], y [${y.shape}]`);
}

const transform = compose(randomAffine(10), randomInvert(0.5), toTensor());
const digits = await mnist({ train: false, transform });
const loader = new DataLoader(digits, { batchSize: 1000 });
const first = await loader[Symbol.asyncIterator]().next();
if (first.done) throw new Error("expected a batch");
const [images] = first.value;
const corners = await slice(images, [0, 0, 0, 0], [1000, 1, 1, 1]).data();
const inverted = corners.filter((value) => value > 0.5).length;
console.log(`${inverted} of 1000 digits are black on white`);
if (inverted < 400 || inverted > 600) throw new Error("expected about half of them");
