// A function with a gradient of its own, PyTorch's autograd.Function: rounding, which has none, learns as if it
// were not there (a straight-through estimator).
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend, valueAndGrad } from "@kindling/core";
import { Linear, mseLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import {
  customGrad,
  round,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from "@tensorflow/tfjs-core";

/** Rounds; backwards, the gradient goes through unchanged. */
const roundThrough = customGrad((x) => ({
  value: round(x as Tensor),
  gradFunc: (dy: Tensor) => dy,
})) as (x: Tensor2D) => Tensor2D;

await selectBackend([wasm()]);
const x = tensor2d([[0.4, 1.6]]);
const plain = valueAndGrad(() => sum(round(x)), [x]).gradients[0];
const through = valueAndGrad(() => sum(roundThrough(x)), [x]).gradients[0];
console.log(`gradient of round: ${await plain?.data()}, of roundThrough: ${await through?.data()}`);
if ((await through?.data())?.join() !== "1,1") throw new Error("expected the gradient 1, 1");

// So a network with whole numbers for outputs can be trained: y = 3 x.
manualSeed(0);
const inputs = tensor2d([[0], [1], [2], [3]]);
const targets = tensor2d([[0], [3], [6], [9]]);
const model = new Linear(1, 1);
const optimizer = new Adam(model.parameters(), { lr: 0.1 });
let last = Number.NaN;
for (let step = 0; step < 200; step++) {
  const loss = optimizer.step(() => mseLoss(roundThrough(model.forward(inputs)), targets));
  last = (await loss.data())[0] ?? Number.NaN;
  loss.dispose();
}
console.log(`loss after 200 steps: ${last}`);
if (last !== 0) throw new Error(`expected every output to be right, got a loss of ${last}`);
