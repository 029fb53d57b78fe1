import { Generator, manualSeed, ShapeError, valueAndGrad } from "@kindling/core";
import {
  clone,
  memory,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { type BackendName, describeOnBackends } from "./backends.ts";
import { expectGradients, type GradientCheckOptions } from "./finite-differences.ts";
import { expectClose, expectTensors, values } from "./tensors.ts";

/** What the contract needs of a module; `StateDict` is its own type. */
export interface ModuleLike<StateDict> {
  readonly training: boolean;
  forward(...inputs: never[]): Tensor;
  parameters(): Variable[];
  modules(): { readonly training: boolean }[];
  train(mode?: boolean): unknown;
  eval(): unknown;
  stateDict(): Promise<StateDict>;
  loadStateDict(state: StateDict): unknown;
  dispose(): void;
  toString(): string;
}

export interface ModuleCase<StateDict> {
  /** A new module each time. */
  make(): ModuleLike<StateDict>;
  /** The shape of its input, or what makes its inputs. Below 60 values, so that none are close. */
  input: readonly number[] | (() => Tensor[]);
  /** The shape of its output. */
  output: readonly number[];
  /** What PyTorch prints for it. */
  prints: string;
  /** Shapes of inputs that are a `ShapeError`. @defaultValue [] */
  rejects?: readonly (readonly number[])[];
  /** How its gradients are held to finite differences; false where its output is random. @defaultValue {} */
  gradients?: GradientCheckOptions | false;
  /** @defaultValue all that run everywhere */
  backends?: readonly BackendName[];
}

/** The tests that every layer and loss passes. */
export function describeModule<StateDict>(
  name: string,
  { make, input, output, prints, rejects = [], gradients = {}, backends }: ModuleCase<StateDict>,
): void {
  const inputs = (): Tensor[] => (typeof input === "function" ? input() : [spread(input)]);
  // The case names inputs that fit; the type of a module that takes any cannot.
  const run = (module: ModuleLike<StateDict>, tensors: readonly Tensor[]): Tensor =>
    module.forward(...(tensors as never[]));

  describeOnBackends(
    `${name}: the module contract`,
    () => {
      // The same weights in every run: finite differences must not meet a kink by chance.
      beforeEach(() => void manualSeed(0));

      it(`returns [${output.join(", ")}], disposing everything else`, async () => {
        const module = make();
        const tensors = inputs();
        const y = await expectTensors(() => run(module, tensors), 1);
        expect(y.shape).toEqual(output);
        // A result that shares the input's handle would be disposed with it.
        for (const x of tensors) x.dispose();
        expect(values(y).every(Number.isFinite)).toBe(true);
        y.dispose();
        module.dispose();
      });

      it.each(rejects.map((shape) => [shape]))("rejects an input [%s]", async (shape) => {
        const module = make();
        const [, ...others] = inputs();
        const tensors = [spread(shape), ...others];
        await expectTensors(() => expect(() => run(module, tensors)).toThrow(ShapeError));
        module.dispose();
      });

      it("leaves nothing behind after gradients, step after step", () => {
        const module = make();
        const tensors = inputs();
        const counts = Array.from({ length: 3 }, () => {
          const { value, gradients } = valueAndGrad(
            () => sum(run(module, tensors)) as Scalar,
            module.parameters(),
          );
          value.dispose();
          for (const gradient of gradients) gradient?.dispose();
          return [memory().numTensors, memory().numBytes];
        });
        expect(counts).toEqual(counts.map(() => counts[0]));
        module.dispose();
      });

      it("passes its state to another by stateDict and loadStateDict", async () => {
        const [first, second] = [make(), make()];
        const tensors = inputs();
        tidy(() => void run(first, tensors));
        const state = await expectTensors(() => first.stateDict());
        await expectTensors(() => void second.loadStateDict(state));
        first.eval();
        second.eval();
        tidy(() => expectClose(run(second, tensors), run(first, tensors), { tolerance: 0 }));
        expect(await second.stateDict()).toEqual(state);
        first.dispose();
        second.dispose();
      });

      it("prints as PyTorch's", () => {
        const module = make();
        expect(String(module)).toBe(prints);
        module.dispose();
      });

      it("trains until told to evaluate, in all its parts", () => {
        const module = make();
        const modes = (): boolean[] => [...new Set(module.modules().map((part) => part.training))];
        expect(modes()).toEqual([true]);
        expect(module.eval()).toBe(module);
        expect(modes()).toEqual([false]);
        expect(module.train()).toBe(module);
        expect(modes()).toEqual([true]);
        module.dispose();
      });

      it("survives the tidy it was made in, and frees everything when disposed", async () => {
        await expectTensors(() => {
          let made: ModuleLike<StateDict> | undefined;
          tidy(() => {
            made = make();
          });
          const module = made as unknown as ModuleLike<StateDict>;
          tidy(() => void run(module, inputs()));
          module.dispose();
          module.dispose();
        });
      });

      if (gradients !== false) {
        it("has the gradients of finite differences", () => {
          const module = make();
          const tensors = inputs();
          const variable = tensors.filter(({ dtype }) => dtype === "float32");
          const parameters = module.parameters();
          const f = (...point: Tensor[]): Tensor => {
            const moved = tensors.map((x) => point[variable.indexOf(x)] ?? x);
            return at(parameters, point.slice(variable.length), () => run(module, moved));
          };
          tidy(() => expectGradients(f, [...variable, ...parameters], gradients));
          module.dispose();
        });
      }
    },
    backends,
  );
}

/** Runs `f` with the parameters at `point`; those that are there already are left alone. */
function at(parameters: readonly Variable[], point: readonly Tensor[], f: () => Tensor): Tensor {
  const before = parameters.map((parameter, i) =>
    parameter === point[i] ? null : clone(parameter),
  );
  before.forEach((original, i) => {
    if (original !== null) parameters[i]?.assign(point[i] as Tensor);
  });
  const y = f();
  before.forEach((original, i) => {
    if (original !== null) parameters[i]?.assign(original);
  });
  return y;
}

/** Distinct values in ±2, in no order and none at 0: no ties for a maximum, no kinks. */
function spread(shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const order = new Generator(1).permutation(size);
  return tensor(
    Float32Array.from(order, (at) => ((at + 0.5) / size) * 4 - 2),
    [...shape],
  );
}
