import { ArgumentError } from "@kindling/core";
import {
  add,
  memory,
  mul,
  type Scalar,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { afterEach, expect, it } from "vitest";
import { describeOnBackends } from "./backends.ts";
import { expectClose, expectTensors, values } from "./tensors.ts";

/** What the contract needs of an optimizer; `StateDict` is its own type. */
export interface OptimizerLike<StateDict> {
  readonly paramGroups: readonly { lr: number }[];
  step(closure: () => Scalar): Scalar;
  update(gradients: (Tensor | null)[]): void;
  stateDict(): Promise<StateDict>;
  loadStateDict(dict: StateDict): void;
  dispose(): void;
}

export interface OptimizerCase<StateDict> {
  /** A new optimizer, with a learning rate at which 50 steps on a small quadratic make progress. */
  make(params: Variable[], options?: { lr?: number }): OptimizerLike<StateDict>;
}

/** The tests that every optimizer passes. */
export function describeOptimizer<StateDict>(
  name: string,
  { make }: OptimizerCase<StateDict>,
): void {
  describeOnBackends(`${name}: the optimizer contract`, () => {
    const made: Variable[] = [];
    const problemOf = (): Quadratic => {
      const problem = quadratic();
      made.push(...problem.parameters);
      return problem;
    };
    afterEach(() => {
      for (const parameter of made.splice(0)) parameter.dispose();
    });

    it("makes the loss smaller", () => {
      const problem = problemOf();
      const optimizer = make(problem.parameters);
      const losses = Array.from({ length: 50 }, () => take(optimizer.step(problem.loss)));
      expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
      optimizer.dispose();
    });

    it("has the same number of tensors after each step, also inside a tidy", () => {
      const problem = problemOf();
      const optimizer = make(problem.parameters);
      const counts = Array.from({ length: 4 }, (_, i) => {
        if (i === 2) tidy(() => void optimizer.step(problem.loss));
        else optimizer.step(problem.loss).dispose();
        return [memory().numTensors, memory().numBytes];
      });
      expect(counts).toEqual(counts.map(() => counts[0]));
      optimizer.dispose();
    });

    it("leaves everything as it was when the closure throws", async () => {
      const problem = problemOf();
      const optimizer = make(problem.parameters);
      optimizer.step(problem.loss).dispose();
      const before = problem.parameters.map(values);
      await expectTensors(() => {
        expect(() =>
          optimizer.step(() => {
            problem.loss();
            throw new Error("from the closure");
          }),
        ).toThrow("from the closure");
      });
      expect(problem.parameters.map(values)).toEqual(before);
      optimizer.dispose();
    });

    it("leaves a parameter without a gradient alone, and counts its steps apart", () => {
      const problem = problemOf();
      const alone = problemOf();
      const [w, b] = problem.parameters as [Variable, Variable];
      const optimizer = make([w, b]);
      const before = values(b);
      optimizer.update([tensor2d([[1, 2]]), null]);
      expect(values(b)).toEqual(before);
      optimizer.update([null, tensor1d([3, 4, 5])]);
      const reference = make([alone.parameters[1] as Variable]);
      reference.update([tensor1d([3, 4, 5])]);
      expect(values(b)).toEqual(values(alone.parameters[1] as Variable));
      optimizer.dispose();
      reference.dispose();
    });

    it("disposes the gradients it is given, also those it rejects", async () => {
      const problem = problemOf();
      const optimizer = make(problem.parameters);
      await expectTensors(() => {
        const wrong = [tensor1d([1]), null];
        expect(() => optimizer.update(wrong)).toThrow(ArgumentError);
        expect(() => optimizer.update([tensor1d([1])])).toThrow(ArgumentError);
        expect(wrong).toEqual([null, null]);
      });
      optimizer.dispose();
    });

    it("continues from a saved state as if it had not stopped", async () => {
      const first = problemOf();
      const second = problemOf();
      const original = make(first.parameters);
      for (let i = 0; i < 3; i++) original.step(first.loss).dispose();
      const dict = await expectTensors(() => original.stateDict());
      first.parameters.forEach((parameter, i) => {
        second.parameters[i]?.assign(parameter);
      });
      const resumed = make(second.parameters, { lr: 123 });
      resumed.step(() => scalar(1)).dispose();
      resumed.loadStateDict(dict);
      for (let i = 0; i < 3; i++) {
        original.step(first.loss).dispose();
        resumed.step(second.loss).dispose();
      }
      first.parameters.forEach((parameter, i) => {
        expectClose(second.parameters[i] as Variable, parameter, { tolerance: 0 });
      });
      original.dispose();
      resumed.dispose();
    });

    it("reads the learning rate at each step", () => {
      const problem = problemOf();
      const optimizer = make(problem.parameters);
      optimizer.step(problem.loss).dispose();
      const before = problem.parameters.map(values);
      for (const group of optimizer.paramGroups) group.lr = 0;
      optimizer.step(problem.loss).dispose();
      expect(problem.parameters.map(values)).toEqual(before);
      for (const group of optimizer.paramGroups) group.lr = 0.1;
      optimizer.step(problem.loss).dispose();
      expect(problem.parameters.map(values)).not.toEqual(before);
      optimizer.dispose();
    });

    it("frees its state and nothing else", async () => {
      const problem = problemOf();
      await expectTensors(() => {
        const optimizer = make(problem.parameters);
        optimizer.step(problem.loss).dispose();
        optimizer.dispose();
        optimizer.dispose();
      });
      expect(problem.parameters.some(({ isDisposed }) => isDisposed)).toBe(false);
    });

    it("rejects no parameters, a parameter twice, a plain tensor and a negative lr", () => {
      const problem = problemOf();
      const [w] = problem.parameters as [Variable];
      const plain = tensor1d([1]);
      expect(() => make([])).toThrow(/expected parameters, got an empty list/);
      expect(() => make([w, w])).toThrow(/expected each parameter once/);
      expect(() => make([plain as Variable])).toThrow(/expected float32 variables/);
      expect(() => make([w], { lr: -1 })).toThrow(/expected lr to be 0 or more, got -1/);
      expect(() => make([w], { lr: Number.NaN })).toThrow(ArgumentError);
      plain.dispose();
    });
  });
}

interface Quadratic {
  readonly parameters: Variable[];
  readonly loss: () => Scalar;
}

/** `|w − 1|² + |b · w[0] + 2|²`, from a fixed start. */
function quadratic(): Quadratic {
  const w = variable(tensor2d([[0.5, -1.5]]));
  const b = variable(tensor1d([0.1, 0.2, -0.3]));
  const loss = (): Scalar =>
    tidy(() => {
      const first = sum(square(sub(w, scalar(1))));
      const second = sum(square(add(mul(b, sum(w)), scalar(2))));
      return add(first, second) as Scalar;
    });
  return { parameters: [w, b], loss };
}

function take(loss: Scalar): number {
  const [value] = values(loss);
  loss.dispose();
  return value as number;
}
