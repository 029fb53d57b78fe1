// Checked by the compiler alone: hooks have the types of the module's `forward`.
import { mul, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { AnyModule, Conv2d, CrossEntropyLoss, HookHandle } from "./index.ts";

export function typed(conv: Conv2d, loss: CrossEntropyLoss, any: AnyModule, row: Tensor2D): void {
  const handle: HookHandle = conv.registerForwardHook((module, [x], y) => {
    const [own, input, output]: [Conv2d, Tensor4D, Tensor4D] = [module, x, y];
    return own.groups > 1 ? mul<Tensor4D>(input, output) : undefined;
  });
  handle.remove();
  conv.registerForwardPreHook((_, [x]) => [mul(x, 2)]);
  loss.registerForwardHook((_, [scores, target], value) => {
    const [a, b, c]: [Tensor, Tensor, Scalar] = [scores, target, value];
    return mul(c, a.size + b.size) as Scalar;
  });
  any.registerForwardHook((module, inputs, output) => {
    const seen: [AnyModule, readonly unknown[], unknown] = [module, inputs, output];
    seen.pop();
  });
  // @ts-expect-error a row is no output of a convolution
  conv.registerForwardHook(() => row);
  // @ts-expect-error nor its input
  conv.registerForwardPreHook(() => [row]);
  // @ts-expect-error inputs come in a list
  conv.registerForwardPreHook((_, [x]) => x);
  // @ts-expect-error one input and not two
  conv.registerForwardPreHook((_, [x]) => [x, x]);
}
