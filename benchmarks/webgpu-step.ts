// What one Adam step of the reference CNN asks of the GPU, with Kindling's kernels or tfjs's alone:
//
//   VK_ICD_FILENAMES=… node --conditions=@kindling/source --import tsx webgpu-step.ts [--stock] [--batch 8]
import { parseArgs } from "node:util";
import { FUSED, Generator, hasKernel, manualSeed, selectBackend } from "@kindling/core";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  engine,
  memory,
  type NamedAttrMap,
  ready,
  setBackend,
  type Tensor,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";
import { countCommands } from "../packages/backend-webgpu/src/training/count-commands.ts";

const { values } = parseArgs({
  options: { stock: { type: "boolean" }, batch: { type: "string", default: "8" } },
});
const BATCH = Number(values.batch);
const PIXELS = 28 * 28;
const WARM_UP = 3;

if (values.stock) {
  const { create, globals } = (await import("webgpu")) as {
    create: (options: string[]) => GPU;
    globals: object;
  };
  Object.assign(globalThis, globals);
  const node20 = { value: {}, configurable: true, writable: true };
  if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", node20);
  Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
  await import("@tensorflow/tfjs-backend-webgpu");
  await setBackend("webgpu");
  await ready();
} else {
  const { webgpu } = await import("@kindling/backend-webgpu");
  await selectBackend(webgpu());
}

manualSeed(0);
const model = new Cnn();
const optimizer = new Adam(model.parameters());
const criterion = new CrossEntropyLoss();
const generator = new Generator(0);

function images(): Tensor4D {
  const bytes = Uint8Array.from(generator.uniform(BATCH * PIXELS), (v) => 255 * v);
  const shape: [number, number, number, number] = [BATCH, 28, 28, 1];
  if (!hasKernel(FUSED.gatherBytes)) {
    return tensor(
      Float32Array.from(bytes, (byte) => byte / 255),
      shape,
    ) as Tensor4D;
  }
  const indices = Array.from({ length: BATCH }, (_, i) => i);
  const attributes = { bytes, width: PIXELS, indices, divisor: 255, shape };
  const attrs = attributes as object as NamedAttrMap;
  return engine().runKernel(FUSED.gatherBytes, {}, attrs) as Tensor4D;
}

async function step(): Promise<void> {
  const labels = Int32Array.from({ length: BATCH }, () => generator.integer(10));
  const [x, y] = [images(), tensor(labels, [BATCH], "int32")];
  const loss = optimizer.step(() => criterion.forward(model.forward(x), y)) as Tensor;
  await loss.data();
  for (const one of [x, y, loss]) one.dispose();
}

for (let i = 0; i < WARM_UP; i++) await step();
const { commands, stop } = countCommands((engine().backend as WebGPUBackend).device);
const started = performance.now();
await step();
const ms = performance.now() - started;
stop();
console.log(
  JSON.stringify({ stock: values.stock === true, batch: BATCH, ms, ...commands, memory: memory() }),
);
process.exit(0);
