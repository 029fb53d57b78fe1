// Tensors, and the gradient of a function of them: what everything else is made of.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, randn, selectBackend, valueAndGrad } from "@kindling/core";
import { mul, sub, sum, type Tensor1D, tensor1d, tidy } from "@tensorflow/tfjs-core";

const { backend } = await selectBackend([wasm()]);
console.log(`on ${backend.describe()}`);

manualSeed(0);
const noise = randn([3]); // torch.manual_seed(0); torch.randn(3)
console.log(`three numbers that PyTorch draws as well: ${noise}`);

// The gradient of Σ (x − 3)² is 2 (x − 3).
const x = tensor1d([1, 2, 5]);
const { value, gradients } = valueAndGrad(() => {
  const error = sub(x, 3);
  return sum(mul(error, error));
}, [x]);
const [slope] = gradients as [Tensor1D];
console.log(`f(x) = ${await value.data()}, f'(x) = ${await slope.data()}`);
if ((await slope.data()).join() !== "-4,-2,4") throw new Error("expected -4, -2, 4");

// Tensors are not collected like other values: `tidy` disposes those that were made on the way.
let lower = x;
for (let step = 0; step < 50; step++) {
  lower = tidy(() => {
    const { gradients } = valueAndGrad(() => sum(mul(sub(lower, 3), sub(lower, 3))), [lower]);
    const next = sub(lower, mul(0.1, gradients[0] as Tensor1D)) as Tensor1D;
    lower.dispose();
    return next;
  });
}
const found = await lower.data();
console.log(`after 50 steps downhill: ${found.map((v) => Number(v.toFixed(3)))}`);
if (found.some((v) => Math.abs(v - 3) > 1e-3)) throw new Error("expected 3, 3, 3");
