// A layer of one's own: parameters, a buffer, children, and how it is printed. Fields are all it takes.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { Buffer, Linear, Module, Parameter, relu, Sequential } from "@kindling/layers";
import { add, mean, mul, ones, type Tensor2D, tidy, zeros } from "@tensorflow/tfjs-core";

/** Subtracts a running mean of what it has seen, and scales by a learned factor. */
class Center extends Module<Tensor2D, Tensor2D> {
  readonly features: number;
  readonly momentum: number;
  readonly factor: Parameter;
  readonly runningMean: Buffer; // saved with the weights, and not trained

  constructor(features: number, momentum = 0.1) {
    super();
    this.features = features;
    this.momentum = momentum;
    this.factor = new Parameter(ones([features]));
    this.runningMean = new Buffer(zeros([features]));
  }

  override forward(x: Tensor2D): Tensor2D {
    return tidy(() => {
      if (this.training) {
        const { momentum, runningMean } = this;
        runningMean.assign(add(mul(runningMean, 1 - momentum), mul(mean(x, 0), momentum)));
      }
      return mul(add(x, mul(this.runningMean, -1)), this.factor);
    });
  }

  override extraRepr(): string {
    return `${this.features}, momentum=${this.momentum}`;
  }
}

/** Layers within layers. */
class Block extends Module<Tensor2D, Tensor2D> {
  center: Center;
  layers: Sequential;

  constructor(features: number) {
    super();
    this.center = new Center(features);
    this.layers = new Sequential(new Linear(features, 2 * features), new Linear(2 * features, 1));
  }

  override forward(x: Tensor2D): Tensor2D {
    return tidy(() => relu(this.layers.forward(this.center.forward(x))) as Tensor2D);
  }
}

await selectBackend([wasm()]);
manualSeed(0);
const block = new Block(3);
console.log(String(block));
for (const [name, parameter] of block.namedParameters()) console.log(name, parameter.shape);
block.forward(ones([4, 3])).dispose();
block.eval();
block.forward(zeros([4, 3])).dispose(); // the mean stays as it is
const state = await block.stateDict();
console.log(Object.keys(state).join(", "));
const [first] = await block.center.runningMean.data();
if (Math.abs((first ?? 0) - 0.1) > 1e-6) throw new Error(`expected a mean of 0.1, got ${first}`);
