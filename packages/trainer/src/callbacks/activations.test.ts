import { Linear, Module, MSELoss, Sequential } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { describeOnBackends, expectTensors } from "@kindling/testing";
import {
  add,
  backend,
  clone,
  exp,
  fill,
  log,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
import { Rows } from "../fakes.ts";
import {
  type Callback,
  detectAnomaly,
  type NamedParameters,
  stopOnNaN,
  Trainer,
  type WatchedOptimizer,
} from "../index.ts";

const STEPS = 3;

/** Takes the logarithm from some call on; before it passes on what it gets. */
class Log extends Module<Tensor, Tensor> {
  calls = 0;
  readonly #from: number;

  constructor(from: number) {
    super();
    this.#from = from;
  }

  override forward(x: Tensor): Tensor {
    return ++this.calls < this.#from ? clone(x) : log(x);
  }
}

/**
 * Trains `encoder.scale` → `encoder.middle` → `head` for three steps on rows whose scaled values are
 * −1 and 1, 0 and 0.
 */
async function train(
  make: (model: NamedParameters, optimizer: WatchedOptimizer) => Callback,
  middle: Module<Tensor, Tensor>,
): Promise<unknown> {
  const scale = new Linear(2, 2, { bias: false });
  const weight = tensor2d([
    [-1, 1],
    [1, -1],
  ]);
  scale.weight.assign(weight);
  weight.dispose();
  scale.requiresGrad(false);
  const encoder = new Sequential({ scale, middle });
  const model = new Sequential({ encoder, head: new Linear(2, 1) });
  const optimizer = new SGD(model.parameters(), { lr: 1e-4 });
  const fields = model.modules().map((module) => Object.getOwnPropertyNames(module));
  const trainer = new Trainer<Tensor2D, Tensor2D, Tensor2D>({
    // What lies between layers given by name is not typed.
    model: model as unknown as Module<Tensor2D, Tensor2D>,
    loss: new MSELoss(),
    optimizer,
    callbacks: [make(model, optimizer)],
  });
  const rows = new Rows(...new Array<number>(STEPS).fill(2));
  const outcome = await expectTensors(() =>
    trainer.fit(rows, { epochs: 1 }).catch((error: unknown) => error),
  );
  // Whatever happened, no hook is left.
  expect(model.modules().map((module) => Object.getOwnPropertyNames(module))).toEqual(fields);
  model.dispose();
  return outcome;
}

const every =
  (steps: number) =>
  (model: NamedParameters): Callback =>
    stopOnNaN({ every: steps, model });

describeOnBackends("The first output that is not finite", () => {
  test("is named: its module's path, shape and values, and the step", async () => {
    expect(await train(detectAnomaly, new Log(2))).toMatchObject({
      name: "NonFiniteLossError",
      message: expect.stringMatching(
        /^detectAnomaly: expected a finite loss, got NaN in epoch 1 at step 2; the first to be so is the output of encoder\.middle, \[2, 2\] \(1 NaN and 2 infinite of 4 values\), then the gradient of head\.weight \(/,
      ),
      activation: { name: "encoder.middle", shape: [2, 2], nans: 1, infinities: 2, size: 4 },
      first: { kind: "gradient", name: "head.weight" },
      step: 2,
    });
  });

  test("is named by a check every few steps too, when it comes in that step", async () => {
    expect(await train(every(2), new Log(2))).toMatchObject({
      message: expect.stringContaining("the first to be so is the output of encoder.middle, "),
      step: 2,
    });
  });

  test("is not guessed when parameters were bad before: the error says what finds it", async () => {
    expect(await train(every(3), new Log(2))).toMatchObject({
      message: expect.stringMatching(
        /at step 3; the first to be so is head\.weight \(.*\); parameters were so before this step: detectAnomaly\(model, optimizer\) finds where it began; lower/,
      ),
      activation: null,
      first: { kind: "parameter", name: "head.weight" },
    });
  });

  test("is let be where all else is finite: an infinity on the way may be meant", async () => {
    class Mask extends Module<Tensor, Tensor> {
      override forward(x: Tensor): Tensor {
        return fill(x.shape, Number.NEGATIVE_INFINITY);
      }
    }
    class Masked extends Module<Tensor, Tensor> {
      mask = new Mask();
      override forward(x: Tensor): Tensor {
        return add(x, exp(this.mask.forward(x)));
      }
    }
    expect(await train(detectAnomaly, new Masked())).toHaveLength(1);
  });

  test("is not looked at, and nothing read, in steps without a check and in those that are finite", async () => {
    const reads = async (make: typeof detectAnomaly): Promise<number> => {
      const read = vi.spyOn(backend(), "read");
      try {
        expect(await train(make, new Log(99))).toHaveLength(1);
        return read.mock.calls.length;
      } finally {
        read.mockRestore();
      }
    };
    const none = await reads(every(Number.POSITIVE_INFINITY));
    // One check: the loss, and all parameters' sums at once.
    expect(await reads(every(2))).toBe(none + 2);
    const hooked: number[] = [];
    const seen = (model: NamedParameters): Callback => {
      const inner = every(2)(model);
      return {
        ...inner,
        onBatchEnd(context) {
          const modules = (model.namedModules?.() ?? []).map(([, module]) => module);
          if (modules.some((module) => Object.hasOwn(module, "forward"))) hooked.push(context.step);
          return inner.onBatchEnd?.(context);
        },
      };
    };
    await train(seen, new Log(99));
    expect(hooked).toEqual([2]);
  });
});
