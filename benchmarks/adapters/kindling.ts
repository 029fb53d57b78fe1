import { wasm } from "@kindling/backend-wasm";
import { Generator, selectBackend } from "@kindling/core";
import { mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import * as tf from "@tensorflow/tfjs-core";
import { train } from "mnist-demo/train";
import { bestBuild } from "../../packages/backend-wasm/src/simd/module.ts";
import { kindlingKernels } from "./kindling-kernels.ts";
import { makeModel } from "./models.ts";
import { serve } from "./serve.js";
import { kernelTask } from "./tfjs-kernels.ts";

interface Training {
  readonly model: string;
  readonly batch: number;
}

const winograd = process.argv[2] === "winograd";
const { backend } = await selectBackend(wasm({ winograd }));
await serve(
  { step, profile, job, kernel: kernelTask(tf, kindlingKernels) },
  {
    backend: backend.describe(),
    build: bestBuild() ?? "none",
    tfjs: tf.version_core,
    node: process.version,
  },
);

async function step({ model: name, batch }: Training) {
  const generator = new Generator(0);
  const images = tf.tensor4d(generator.uniform(batch * 784), [batch, 28, 28, 1]);
  const classes = Int32Array.from({ length: batch }, () => generator.integer(10));
  const labels = tf.tensor1d(classes, "int32");
  const model = makeModel(name);
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const criterion = new CrossEntropyLoss();
  return () => {
    optimizer.step(() => criterion.forward(model.forward(images), labels)).dispose();
    return undefined;
  };
}

/** How many kernels a step is, and how many of them do more than name a tensor; tfjs counts, slowly. */
async function profile(training: Training) {
  const once = await step(training);
  once(); // makes Adam's state
  return async () => {
    const { kernels } = await tf.profile(() => once() as unknown as tf.TensorContainer);
    const computing = kernels.filter(({ name }) => name !== "Identity" && name !== "Reshape");
    return { kernels: kernels.length, computing: computing.length };
  };
}

/** The demo, from reading the files to the test. */
async function job({ epochs, limit }: { epochs: number; limit?: number }) {
  return async () => {
    const { testAccuracy } = await train({
      train: await mnist({ train: true }),
      test: await mnist({ train: false }),
      ...{ epochs, limit, batchSize: 64, learningRate: 1e-3, seed: 0 },
    });
    return { testAccuracy };
  };
}
