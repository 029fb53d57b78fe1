import { ArgumentError } from "@kindling/core";
import {
  BatchNorm1d,
  Conv2d,
  Dropout,
  Embedding,
  flatten,
  LayerNorm,
  Linear,
  MaxPool2d,
  Module,
  Parameter,
  ReLU,
  relu,
  Sequential,
} from "@kindling/layers";
import { activateBackend, expectTensors } from "@kindling/testing";
import { add, ones, type Tensor, type Tensor4D, zeros } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { summary } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

const made: Module<never, unknown>[] = [];
function use<M extends Module<never, unknown>>(module: M): M {
  made.push(module);
  return module;
}
afterEach(() => {
  for (const module of made.splice(0)) module.dispose();
});

/** The reference CNN of docs/torch-parity.md. */
class Cnn extends Module<Tensor4D, Tensor> {
  conv1 = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  conv2 = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  conv3 = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  pool1 = new MaxPool2d(2);
  pool2 = new MaxPool2d(2);
  fc = new Linear(1568, 10);

  override forward(x: Tensor4D): Tensor {
    const y = this.pool1.forward(relu(this.conv1.forward(x)));
    const z = this.pool2.forward(relu(this.conv2.forward(y)));
    return this.fc.forward(flatten(relu(this.conv3.forward(z))));
  }
}

/** A parameter of its own, one layer used twice, one not at all, and a frozen weight. */
class Odd extends Module<Tensor, Tensor> {
  scale = new Parameter(ones([7]));
  a = new Linear(6, 6);
  n = new LayerNorm(6);
  norm = new BatchNorm1d(6);
  e = new Embedding(10, 6);

  constructor() {
    super();
    this.a.weight.requiresGrad = false;
  }

  override forward(x: Tensor): Tensor {
    return this.n.forward(this.a.forward(this.a.forward(this.e.forward(x))));
  }
}

const mlp = () =>
  use(
    new Sequential(
      new Linear(784, 128),
      new ReLU(),
      new Sequential(new Linear(128, 64), new ReLU()),
      new Linear(64, 10),
    ),
  );

describe("summary", () => {
  // What torchinfo 1.8.0 gives for the same models in torch 2.13.
  test("has torchinfo's totals for the reference CNN", () => {
    expect(summary(use(new Cnn()), [64, 28, 28, 1])).toMatchObject({
      totalParameters: 21_578,
      trainableParameters: 21_578,
      multiplyAdds: 34_220_672,
      inputBytes: 200_704,
      forwardBackwardBytes: 5_624_832,
      parameterBytes: 86_312,
    });
  });

  test("has torchinfo's totals for an MLP with a sequence in it", () => {
    expect(summary(mlp(), [32, 784])).toMatchObject({
      totalParameters: 109_386,
      multiplyAdds: 3_500_352,
      inputBytes: 100_352,
      forwardBackwardBytes: 51_712,
      parameterBytes: 437_544,
    });
  });

  test("has torchinfo's totals for a model with frozen, own, repeated and unused parts", () => {
    const result = summary(use(new Odd()), [4, 5], { dtype: "int32" });
    expect(result).toMatchObject({
      totalParameters: 133,
      trainableParameters: 97,
      multiplyAdds: 624,
      forwardBackwardBytes: 3840,
      // torchinfo leaves out the 19 that are no called leaf's: 456.
      parameterBytes: 4 * 133,
    });
    const lines = result.layers.map(
      ({ name, index, parameters, isRepeated, trainable }) =>
        `${name || "model"} ${index} ${parameters} ${isRepeated} ${trainable}`,
    );
    expect(lines).toEqual([
      "model 1 19 false partly",
      "e 1 60 false true",
      "a 2 42 false partly",
      "a 3 42 true partly",
      "n 4 12 false true",
    ]);
  });

  test("prints a tree of the layers and the totals", () => {
    expect(String(summary(mlp(), [32, 784]))).toMatchInlineSnapshot(`
      "═════════════════════════════════════════════════════════════════════════
       Layer                    Output shape  Parameters  Trainable  Mult-adds
      ─────────────────────────────────────────────────────────────────────────
       Sequential               [32, 10]               –  true               –
       ├─ Linear (0): 1-1       [32, 128]        100,480  true       3,215,360
       ├─ ReLU (1): 1-2         [32, 128]              –  –                  –
       ├─ Sequential (2): 1-3   [32, 64]               –  true               –
       │  ├─ Linear (2.0): 2-1  [32, 64]           8,256  true         264,192
       │  └─ ReLU (2.1): 2-2    [32, 64]               –  –                  –
       └─ Linear (3): 1-4       [32, 10]             650  true          20,800
      ═════════════════════════════════════════════════════════════════════════
       Total parameters: 109,386
       Trainable parameters: 109,386
       Non-trainable parameters: 0
       Total mult-adds: 3,500,352
       Input size (MB): 0.10
       Forward/backward pass size (MB): 0.05
       Parameters size (MB): 0.44
       Estimated total size (MB): 0.59"
    `);
  });

  test("prints no deeper than asked, and adds up what is below", () => {
    const text = String(summary(mlp(), [32, 784], { depth: 1 }));
    expect(text).not.toContain("2.0");
    expect(text).toMatch(/Sequential \(2\): 1-3 +\[32, 64\] +8,256 +true +264,192/);
    expect(String(summary(mlp(), [32, 784], { depth: 0 }))).toMatch(/109,386 +true +3,500,352/);
  });

  test("leaves the model as it was, and no tensor", async () => {
    const model = use(new Sequential(new Linear(2, 2), new Dropout(0.5)));
    const [linear, dropout] = model.children();
    linear?.eval();
    const own = (x: Tensor): Tensor => add(x, 1);
    Object.assign(dropout as object, { forward: own });
    await expectTensors(() => void summary(model, [1, 2]));
    expect(Object.keys(model)).toEqual(Object.keys(new Sequential()));
    expect(Object.hasOwn(linear as object, "forward")).toBe(false);
    expect((dropout as unknown as { forward: unknown }).forward).toBe(own);
    expect([model.training, linear?.training, dropout?.training]).toEqual([true, false, true]);
  });

  test("does so when forward throws, and passes the error on", async () => {
    const model = mlp();
    await expectTensors(() => {
      expect(() => summary(model, [32, 783])).toThrow("Linear: expected input of shape");
    });
    for (const module of model.modules()) {
      expect(Object.hasOwn(module, "forward")).toBe(false);
      expect(module.training).toBe(true);
    }
    expect(summary(model, [1, 784]).totalParameters).toBe(109_386);
  });

  test("takes tensors, which stay the caller's, and several inputs", async () => {
    class Sum extends Module<[Tensor, Tensor], { readonly total: Tensor }> {
      first = new Linear(2, 3);
      override forward(a: Tensor, b: Tensor): { readonly total: Tensor } {
        return { total: add(this.first.forward(a), b) };
      }
    }
    const model = use(new Sum());
    await expectTensors(() => {
      const x = zeros([4, 2]);
      const result = summary(model, [x, [4, 3]]);
      expect(result.layers[0]).toMatchObject({ className: "Sum", outputShape: [4, 3] });
      expect(result.inputBytes).toBe(4 * (8 + 12));
      expect(x.isDisposed).toBe(false);
      x.dispose();
    });
  });

  test("gives a line to a module whose parts are called by others, and to modules in lists", () => {
    class Reaching extends Module<Tensor, Tensor> {
      block = new Sequential(new Linear(2, 2));
      list = [new Linear(2, 2), new Linear(2, 1)];
      override forward(x: Tensor): Tensor {
        const inner = this.block.at(0) as Linear;
        return this.list.reduce((y, layer) => layer.forward(y), inner.forward(x));
      }
    }
    const names = summary(use(new Reaching()), [1, 2]).layers.map(({ name, outputShape }) => ({
      name,
      outputShape,
    }));
    expect(names).toEqual([
      { name: "", outputShape: [1, 1] },
      { name: "block", outputShape: null },
      { name: "block.0", outputShape: [1, 2] },
      { name: "list.0", outputShape: [1, 2] },
      { name: "list.1", outputShape: [1, 1] },
    ]);
  });

  test("bears a model without parameters", () => {
    const result = summary(new ReLU(), [3]);
    expect(result).toMatchObject({ totalParameters: 0, multiplyAdds: 0, parameterBytes: 0 });
    expect(String(result)).toContain("ReLU");
  });

  test("says what is wrong with an input", () => {
    expect(() => summary(new ReLU(), [])).toThrow(ArgumentError);
    expect(() => summary(new ReLU(), [2, -1])).toThrow(
      "summary: expected a shape of integers from 0, got [2,-1]",
    );
    expect(() => summary(new ReLU(), [2], { depth: -1 })).toThrow(
      "summary: expected depth to be a number from 0, got -1",
    );
  });
});
