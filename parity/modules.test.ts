import { inspect } from "node:util";
import {
  type AnyModule,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BCEWithLogitsLoss,
  Buffer,
  Conv2d,
  CrossEntropyLoss,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GELU,
  Identity,
  L1Loss,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  MaxPool2d,
  Module,
  MSELoss,
  NLLLoss,
  Parameter,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} from "@kindling/layers";
import { activateBackend } from "@kindling/testing";
import { type Tensor, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./fixtures.ts";

interface ModulesFixture {
  readonly modules: readonly {
    readonly name: string;
    readonly text: string;
    readonly state: Record<string, number[]>;
    readonly parameters: string[];
    readonly buffers: string[];
  }[];
}

/** A module that is only looked at. */
abstract class Still extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

class cnn extends Still {
  conv1 = new Conv2d(1, 8, { kernelSize: [3, 3], padding: [1, 1] });
  conv2 = new Conv2d(8, 16, { kernelSize: [3, 3], padding: [1, 1] });
  conv3 = new Conv2d(16, 32, { kernelSize: [3, 3], padding: [1, 1] });
  pool1 = new MaxPool2d([2, 2], { stride: [2, 2] });
  pool2 = new MaxPool2d([2, 2], { stride: [2, 2] });
  fc = new Linear(1568, 10);
}

class Block extends Still {
  conv: Conv2d;
  norm: BatchNorm2d;
  act = new ReLU();

  constructor(channels: number) {
    super();
    this.act = new ReLU();
    this.conv = new Conv2d(channels, channels, { kernelSize: 3, padding: 1, bias: false });
    this.norm = new BatchNorm2d(channels);
  }
}

class Lists extends Still {
  same = [new Linear(2, 2), new Linear(2, 2), new Linear(2, 2)];
  mixed = [new ReLU(), new Linear(2, 2), new Linear(2, 2), new Linear(2, 3)];
  blocks = [new Block(4), new Block(4)];
  nested = [[new ReLU()]];
}

class Dicts extends Still {
  heads = { a: new Linear(2, 1), b: new Sequential(new ReLU(), new Tanh()) };
  scales = [new Parameter(zeros([2, 3])), new Parameter(zeros([4]))];
  offsets = new Map([
    ["x", new Parameter(zeros([2]))],
    ["y", new Parameter(zeros([2, 1]))],
  ]);
}

class Custom extends Still {
  first = new Linear(2, 2);
  weight = new Parameter(zeros([3]));
  steps = new Buffer(zeros([1]));
  scratch = new Buffer(zeros([1]), { persistent: false });
  shared = this.first;
}

class Extra extends Still {
  inner = new Identity();

  override extraRepr(): string {
    return "alpha=1\nbeta=2";
  }
}

const MODULES: Record<string, () => AnyModule> = {
  linear: () => new Linear(20, 30),
  linearNoBias: () => new Linear(1, 1, { bias: false }),
  conv: () => new Conv2d(1, 8, { kernelSize: 3 }),
  convPadded: () => new Conv2d(1, 8, { kernelSize: 3, padding: 1 }),
  convFull: () =>
    new Conv2d(4, 8, {
      kernelSize: [3, 5],
      stride: [2, 1],
      padding: [1, 2],
      dilation: 2,
      groups: 2,
      bias: false,
      paddingMode: "reflect",
    }),
  convSame: () => new Conv2d(1, 2, { kernelSize: 3, padding: "same" }),
  convValid: () => new Conv2d(1, 2, { kernelSize: 3, padding: "valid" }),
  maxPool: () => new MaxPool2d(2),
  maxPoolFull: () =>
    new MaxPool2d([3, 2], { stride: 2, padding: [1, 0], dilation: [1, 2], ceilMode: true }),
  avgPool: () => new AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }),
  flatten: () => new Flatten(),
  flattenOther: () => new Flatten(0, 2),
  relu: () => new ReLU(),
  sigmoid: () => new Sigmoid(),
  tanh: () => new Tanh(),
  gelu: () => new GELU(),
  geluTanh: () => new GELU({ approximate: "tanh" }),
  silu: () => new SiLU(),
  leakyRelu: () => new LeakyReLU(),
  elu: () => new ELU(),
  softmax: () => new Softmax(1),
  logSoftmax: () => new LogSoftmax(),
  identity: () => new Identity(),
  dropout: () => new Dropout(),
  dropoutOther: () => new Dropout(0.25),
  batchNorm: () => new BatchNorm2d(8),
  batchNormFull: () =>
    new BatchNorm2d(8, { eps: 1e-3, momentum: null, affine: false, trackRunningStats: false }),
  batchNorm1d: () => new BatchNorm1d(3, { eps: 1e-12, momentum: 0.01 }),
  layerNorm: () => new LayerNorm(10),
  layerNormFull: () => new LayerNorm([2, 3], { eps: 1e-6, bias: false }),
  embedding: () => new Embedding(10, 3),
  crossEntropy: () => new CrossEntropyLoss({ weight: [1, 1, 1], labelSmoothing: 0.1 }),
  nll: () => new NLLLoss(),
  mse: () => new MSELoss({ reduction: "sum" }),
  l1: () => new L1Loss(),
  bce: () => new BCEWithLogitsLoss({ posWeight: [1, 1] }),
  sequential: () =>
    new Sequential(new Linear(4, 8), new ReLU(), new Sequential(new Linear(8, 3), new Softmax())),
  sequentialEmpty: () => new Sequential(),
  cnn: () => new cnn(),
  block: () => new Block(4),
  lists: () => new Lists(),
  dicts: () => new Dicts(),
  custom: () => new Custom(),
  extra: () => new Extra(),
};

describe("modules", () => {
  const { modules } = fixture<ModulesFixture>("modules");
  beforeAll(() => activateBackend("cpu"));

  test("are those of the fixture", () => {
    expect(Object.keys(MODULES)).toEqual(modules.map(({ name }) => name));
  });

  test.each(modules)("$name prints and is named as torch's", async (expected) => {
    const module = (MODULES[expected.name] as () => AnyModule)();
    expect(String(module)).toBe(expected.text);
    const state = await module.stateDict();
    const shapes = Object.entries(state).map(([name, { shape }]) => [name, shape]);
    expect(shapes).toEqual(Object.entries(expected.state));
    expect(module.namedParameters().map(([name]) => name)).toEqual(expected.parameters);
    expect(module.namedBuffers().map(([name]) => name)).toEqual(expected.buffers);
    module.dispose();
  });

  test("console.log shows the same", () => {
    expect(inspect({ layer: new ReLU() })).toBe("{ layer: ReLU() }");
    expect(inspect(new Parameter(zeros([2, 3])))).toBe("Parameter(float32 [2, 3])");
  });
});
