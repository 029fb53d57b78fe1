// TensorFlow by way of tfjs-node, as the first argument says: `kindling`, `plain` for Kindling without its kernels of
// training, or `stock` for tfjs alone.
import { createRequire } from "node:module";
import { join } from "node:path";
import { tensorflow } from "@kindling/backend-tensorflow";
import { FUSED, Generator, hasKernel, selectBackend } from "@kindling/core";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import type * as Core from "@tensorflow/tfjs-core";
import { findTfjsNode } from "../../packages/backend-tensorflow/src/binding/find-package.ts";
import { load } from "../../packages/backend-tensorflow/src/binding/load.ts";
import type {
  NativeBinding,
  NodeBackend,
} from "../../packages/backend-tensorflow/src/binding/node-backend.ts";
import { supplyMissing } from "../../packages/backend-tensorflow/src/binding/node-compatibility.ts";
import { countCalls, total } from "../../packages/backend-tensorflow/src/training/count-calls.ts";
import { TRAINING_KERNELS } from "../../packages/backend-tensorflow/src/training/index.ts";
import { makeModel } from "./models.ts";
import { serve } from "./serve.js";

interface Training {
  readonly model: string;
  readonly batch: number;
}
type Step = (x: Core.Tensor4D, y: Core.Tensor1D) => Core.Scalar;

const PIXELS = 28 * 28;
const kind = process.argv[2] ?? "kindling";
const { tf, binding, makeStep } = kind === "stock" ? await stock() : await kindling();
await serve({ step, profile }, { tensorflow: binding.TF_Version, node: process.version });

async function step({ model, batch }: Training) {
  const once = makeStep(model);
  const [x, y] = batchOf(batch);
  return () => {
    once(x, y).dispose();
    return undefined;
  };
}

/** What one step asks of the library, from bytes and labels to the loss's value. */
async function profile({ model, batch }: Training) {
  const once = makeStep(model);
  const whole = async () => {
    const [x, y] = batchOf(batch);
    const loss = once(x, y);
    await loss.data();
    for (const one of [x, y, loss]) one.dispose();
  };
  for (let i = 0; i < 3; i++) await whole();
  return async () => {
    const { calls, stop } = countCalls(
      tf.engine().backend as unknown as { binding: NativeBinding },
    );
    await whole();
    stop();
    const { executeOp, createTensor, deleteTensor, tensorDataSync } = calls;
    return { calls: total(calls), executeOp, createTensor, deleteTensor, tensorDataSync };
  };
}

function batchOf(batch: number): [Core.Tensor4D, Core.Tensor1D] {
  const generator = new Generator(0);
  const bytes = Uint8Array.from(generator.uniform(batch * PIXELS), (v) => 255 * v);
  const labels = Int32Array.from({ length: batch }, () => generator.integer(10));
  const shape: [number, number, number, number] = [batch, 28, 28, 1];
  const images = () => {
    if (kind === "stock" || !hasKernel(FUSED.gatherBytes)) {
      return tf.tensor4d(
        Float32Array.from(bytes, (byte) => byte / 255),
        shape,
      );
    }
    const indices = Array.from({ length: batch }, (_, i) => i);
    const attributes = { bytes, width: PIXELS, indices, divisor: 255, shape };
    const attrs = attributes as object as Core.NamedAttrMap;
    return tf.engine().runKernel(FUSED.gatherBytes, {}, attrs) as Core.Tensor4D;
  };
  return [images(), tf.tensor1d(labels, "int32")];
}

async function kindling() {
  const tf = await import("@tensorflow/tfjs-core");
  await selectBackend(tensorflow());
  if (kind === "plain") {
    const own = TRAINING_KERNELS.filter(({ kernelName }) => kernelName.startsWith("Kindling"));
    for (const { kernelName } of own) tf.unregisterKernel(kernelName, "tensorflow");
  }
  const { binding } = tf.engine().backend as unknown as NodeBackend;
  const makeStep = (name: string): Step => {
    const model = makeModel(name);
    const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
    const criterion = new CrossEntropyLoss();
    return (x, y) => optimizer.step(() => criterion.forward(model.forward(x), y)) as Core.Scalar;
  };
  return { tf, binding, makeStep };
}

/** The same networks as tfjs's users write them, with its own optimizer. */
async function stock() {
  const { binding } = await load();
  supplyMissing();
  const { folder = "", name: packageName = "" } = findTfjsNode() ?? {};
  const require = createRequire(join(folder, "package.json"));
  const tf = require("@tensorflow/tfjs") as typeof Core;
  require(join(folder, "dist/register_all_kernels"));
  const { NodeJSKernelBackend } = require(join(folder, "dist/nodejs_kernel_backend")) as {
    NodeJSKernelBackend: new (binding: NativeBinding, name: string) => Core.KernelBackend;
  };
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, packageName));
  await tf.setBackend("tensorflow");
  const makeStep = (name: string): Step => {
    const [convolutions, sizes] =
      name === "reference"
        ? ([
            [1, 8, 16, 32],
            [32 * 49, 10],
          ] as const)
        : ([
            [1, 32, 64],
            [64 * 49, 128, 10],
          ] as const);
    const of = (channels: readonly number[], kernel: readonly number[]) =>
      channels.slice(1).map((out, i) => ({
        w: tf.variable(tf.randomNormal([...kernel, channels[i] as number, out], 0, 0.05)),
        b: tf.variable(tf.zeros([out])),
      }));
    const [filters, matrices] = [of(convolutions, [3, 3]), of(sizes, [])];
    const optimizer = tf.train.adam(1e-3);
    return (x, y) =>
      optimizer.minimize(() => {
        let h: Core.Tensor = x;
        filters.forEach(({ w, b }, i) => {
          h = tf.relu(
            tf.add(tf.conv2d(h as Core.Tensor4D, w as unknown as Core.Tensor4D, 1, "same"), b),
          );
          if (i < 2) h = tf.maxPool(h as Core.Tensor4D, 2, 2, "valid");
        });
        h = tf.reshape(h, [x.shape[0], -1]);
        matrices.forEach(({ w, b }, i) => {
          h = tf.add(tf.matMul(h as Core.Tensor2D, w as unknown as Core.Tensor2D), b);
          if (i < matrices.length - 1) h = tf.relu(h);
        });
        return tf.losses.softmaxCrossEntropy(tf.oneHot(y, 10), h) as Core.Scalar;
      }, true) as Core.Scalar;
  };
  return { tf, binding, makeStep };
}
