import { parseArgs } from "node:util";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { mnist } from "@kindling/datasets";
import { progress } from "@kindling/trainer/node";
import { Cnn } from "./model.ts";
import { train } from "./train.ts";

const { values } = parseArgs({ options: { epochs: { type: "string", default: "2" } } });

const { backend } = await selectBackend([wasm()]);
manualSeed(0); // the same numbers each time
const model = new Cnn();
console.log(`${model}\non ${backend.describe()}`);

const accuracy = await train({
  model,
  training: await mnist({ train: true }),
  test: await mnist({ train: false }),
  epochs: Number(values.epochs),
  callbacks: [progress()],
});
console.log(`test accuracy ${(100 * accuracy).toFixed(2)} %`);
