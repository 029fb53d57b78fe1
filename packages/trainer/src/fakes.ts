// For this package's tests: the smallest model, data, optimizer and metric that train.
import { valueAndGrad } from "@kindling/core";
import {
  add,
  keep,
  matMul,
  mean,
  mul,
  type Scalar,
  scalar,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import type { Batches } from "./interfaces.ts";

/** `y = x · w`, from `[n, 2]` to `[n, 1]`. */
export class LinearModel {
  training = true;
  readonly modes: string[] = [];
  readonly weight: Variable = tidy(() => variable(tensor2d([[0], [0]])));

  forward(x: Tensor2D): Tensor2D {
    return matMul(x, this.weight as unknown as Tensor2D);
  }

  train(): void {
    this.training = true;
    this.modes.push("train");
  }

  eval(): void {
    this.training = false;
    this.modes.push("eval");
  }

  dispose(): void {
    this.weight.dispose();
  }
}

/** Mean of squared differences. */
export class SquaredError {
  forward(output: Tensor2D, target: Tensor2D): Scalar {
    return mean(squaredDifference(output, target));
  }
}

/** Plain gradient descent on one variable. */
export class Descent {
  readonly #weight: Variable;
  readonly #rate: number;

  constructor(weight: Variable, rate: number = 0.1) {
    this.#weight = weight;
    this.#rate = rate;
  }

  step(closure: () => Scalar): Scalar {
    const { value, gradients } = valueAndGrad(closure, [this.#weight]);
    tidy(() => {
      const [gradient] = gradients;
      if (gradient) this.#weight.assign(sub(this.#weight, mul(gradient, this.#rate)));
      gradient?.dispose();
    });
    return value;
  }
}

/** The sum of all outputs, on the device. */
export class SumOfOutputs {
  readonly name = "sumOfOutputs";
  readonly higherIsBetter: boolean | null = true;
  #sum: Scalar = tidy(() => keep(scalar(0)));
  updates = 0;

  update(output: Tensor2D, _target: Tensor): void {
    const previous = this.#sum;
    this.#sum = tidy(() => keep(add(previous, sum(output))));
    previous.dispose();
    this.updates++;
  }

  async compute(): Promise<number> {
    return (await this.#sum.data())[0] as number;
  }

  reset(): void {
    this.#sum.dispose();
    this.#sum = tidy(() => keep(scalar(0)));
    this.updates = 0;
  }

  async state(): Promise<{ readonly sum: Float32Array }> {
    return { sum: (await this.#sum.data()).slice() as Float32Array };
  }

  restore({ sum: [value] }: { readonly sum: Float32Array }): void {
    this.#sum.dispose();
    this.#sum = keep(scalar(value as number));
  }

  dispose(): void {
    this.#sum.dispose();
  }
}

export type Pair = readonly [Tensor2D, Tensor2D];

/** Batches of the given sizes of `x = [1, row]`, `y = 3 + 2 row`, with rows counted within the batch. */
export class Rows implements Batches<Pair> {
  readonly length: number;
  readonly #sizes: readonly number[];
  /** Iterators made, and closed. */
  opened = 0;
  closed = 0;

  constructor(...sizes: number[]) {
    this.#sizes = sizes;
    this.length = sizes.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Pair, void, undefined> {
    this.opened++;
    try {
      for (const size of this.#sizes) {
        const rows = Array.from({ length: size }, (_, row) => row);
        const x = tensor2d(rows.map((row) => [1, row]));
        const y = tensor2d(rows.map((row) => [3 + 2 * row]));
        try {
          yield [x, y];
        } finally {
          x.dispose();
          y.dispose();
        }
      }
    } finally {
      this.closed++;
    }
  }
}
