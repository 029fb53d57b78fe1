// Stock tfjs on the backend named by the first argument: tfjs-layers' training step, and single kernels. With
// "composed" as the second one, wasm has the kernel that it lacks.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { serve } from "../adapters/serve.js";
import { kernelTask, tfjsKernels } from "../adapters/tfjs-kernels.ts";
import { registerComposedKernel } from "./composed-kernel.js";

tf.env().set("PROD", true);
if (process.argv[3] === "composed") registerComposedKernel();
await tf.setBackend(process.argv[2]);
await tf.ready();

const conv = (filters, inputShape) =>
  layers.layers.conv2d({
    filters,
    kernelSize: 3,
    padding: "same",
    activation: "relu",
    ...(inputShape ? { inputShape } : {}),
  });
const pool = () => layers.layers.maxPooling2d({ poolSize: 2 });
const dense = (units, activation) => layers.layers.dense({ units, activation });
const MODELS = {
  reference: () => [conv(8, [28, 28, 1]), pool(), conv(16), pool(), conv(32)],
  larger: () => [conv(32, [28, 28, 1]), pool(), conv(64), pool()],
};

async function step({ model: name, batch }) {
  const model = layers.sequential({
    layers: [
      ...MODELS[name](),
      layers.layers.flatten(),
      ...(name === "larger" ? [dense(128, "relu")] : []),
      dense(10, "softmax"),
    ],
  });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  const images = tf.randomUniform([batch, 28, 28, 1]);
  const labels = tf.oneHot(tf.randomUniform([batch], 0, 10, "int32"), 10);
  return async () => {
    await model.trainOnBatch(images, labels);
  };
}

await serve(
  { step, kernel: kernelTask(tf, tfjsKernels(tf)) },
  { tfjs: tf.version_core, layers: layers.version_layers, node: process.version },
);
