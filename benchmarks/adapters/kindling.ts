import { wasm } from "@kindling/backend-wasm";
import { Generator, selectBackend } from "@kindling/core";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { tensor1d, tensor4d } from "@tensorflow/tfjs-core";
import { makeModel } from "./models.ts";
import { serve } from "./serve.js";

await selectBackend(wasm());
await serve(async (name, batch) => {
  const generator = new Generator(0);
  const images = tensor4d(generator.uniform(batch * 784), [batch, 28, 28, 1]);
  const labels = tensor1d(
    Int32Array.from({ length: batch }, () => generator.integer(10)),
    "int32",
  );
  const model = makeModel(name);
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const criterion = new CrossEntropyLoss();
  return async () => {
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    loss.dispose();
  };
});
