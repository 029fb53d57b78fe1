// For check_safetensors.py: writes each model's weights, an input and its logits into a folder.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, randn, selectBackend } from "@kindling/core";
import { encodeSafetensors } from "@kindling/safetensors";
import { type Tensor, tidy } from "@tensorflow/tfjs-core";
import { MODELS } from "./safetensors-models.ts";

const folder = argv[2];
if (folder === undefined) throw new Error("write-safetensors: expected a folder, got none");

const host = async (tensor: Tensor) =>
  ({
    dtype: "float32",
    shape: tensor.shape,
    data: Float32Array.from(await tensor.data()),
  }) as const;

await selectBackend(wasm());
manualSeed(11);
for (const [name, [make, shape]] of Object.entries(MODELS)) {
  const model = make();
  const input = randn(shape);
  // In training mode: moves the running statistics.
  tidy(() => void model.forward(input));
  model.eval();
  const logits = tidy(() => model.forward(input));
  writeFileSync(
    join(folder, `${name}.safetensors`),
    encodeSafetensors(await model.stateDict(), { format: "pt", model: name }),
  );
  const example = { input: await host(input), logits: await host(logits) };
  writeFileSync(join(folder, `${name}.example.safetensors`), encodeSafetensors(example));
}
