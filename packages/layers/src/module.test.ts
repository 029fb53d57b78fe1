import { valueAndGrad } from "@kindling/core";
import { describeModule, describeOnBackends, values } from "@kindling/testing";
import {
  add,
  mul,
  ones,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type AnyModule, Buffer, Dropout, Linear, Module, Parameter, Sequential } from "./index.ts";

/** A user's layer: fields and a forward. */
class Mixture extends Module<Tensor, Tensor> {
  gain = new Parameter(ones([2]));
  calls = new Buffer(scalar(0));
  experts = [new Linear(2, 2), new Linear(2, 2)];
  heads = new Map([["mean", new Linear(2, 2)]]);
  extra = { shift: new Parameter(zeros([2])), note: "text" };
  options = { lr: 0.1, sizes: [1, 2, 3] };
  empty: Module[] = [];
  readonly #hidden = new Parameter(ones([1]));

  override forward(x: Tensor): Tensor {
    return tidy(() => {
      if (this.training) this.calls.assign(add(this.calls, 1));
      const mixed = this.experts.map((expert) => expert.forward(x));
      const mean = (this.heads.get("mean") as Linear).forward(x);
      return add(
        mul(
          add(
            mixed.reduce((a, b) => add(a, b)),
            mean,
          ),
          this.gain,
        ),
        this.extra.shift,
      );
    });
  }

  override dispose(): void {
    super.dispose();
    this.#hidden.dispose();
  }
}

const linear = (features: string): string =>
  `Linear(in_features=${features}, out_features=2, bias=True)`;
const PRINTED = `Mixture(
  (experts): ModuleList(
    (0-1): 2 x ${linear("2")}
  )
  (heads): ModuleDict(
    (mean): ${linear("2")}
  )
  (extra): ParameterDict(
      (shift): Parameter containing: [torch.FloatTensor of size 2]
  )
)`;

describeModule("a user's module", {
  make: () => new Mixture(),
  input: [3, 2],
  output: [3, 2],
  prints: PRINTED,
});

describeOnBackends("Module", () => {
  test("finds its parts by walking its fields, and nothing else", () => {
    const model = new Mixture();
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      "gain",
      "experts.0.weight",
      "experts.0.bias",
      "experts.1.weight",
      "experts.1.bias",
      "heads.mean.weight",
      "heads.mean.bias",
      "extra.shift",
    ]);
    expect(model.namedBuffers().map(([name]) => name)).toEqual(["calls"]);
    expect(model.namedModules().map(([name]) => name)).toEqual([
      "",
      "experts.0",
      "experts.1",
      "heads.mean",
    ]);
    expect(model.namedChildren().map(([name]) => name)).toEqual([
      "experts.0",
      "experts.1",
      "heads.mean",
    ]);
    expect(model.children()).toEqual([...model.experts, ...model.heads.values()]);
  });

  test("trains", () => {
    const model = new Mixture();
    const [x, y] = [tensor2d([[1, 2]]), tensor1d([3, -1])];
    const parameters = model.parameters();
    const losses = Array.from({ length: 30 }, () =>
      tidy(() => {
        const f = (): Scalar => sum(mul(sub(model.forward(x), y), sub(model.forward(x), y)));
        const { value, gradients } = valueAndGrad(f, parameters);
        parameters.forEach((parameter, i) => {
          parameter.assign(sub(parameter, mul(gradients[i] as Tensor, 0.01)));
        });
        return values(value)[0] as number;
      }),
    );
    expect(losses.at(-1)).toBeLessThan(0.05 * (losses[0] as number));
    expect(values(model.calls)).toEqual([60]);
  });

  test("counts what is shared once, but saves it under each name", async () => {
    class Tied extends Module {
      first = new Linear(2, 2);
      second = this.first;
      weight = this.first.weight;
      override forward(x: Tensor): Tensor {
        return this.second.forward(this.first.forward(x));
      }
    }
    const model = new Tied();
    expect(model.namedParameters().map(([name]) => name)).toEqual(["weight", "first.bias"]);
    expect(model.modules()).toHaveLength(2);
    expect(Object.keys(await model.stateDict())).toEqual([
      "weight",
      "first.weight",
      "first.bias",
      "second.weight",
      "second.bias",
    ]);
    const { gradients } = valueAndGrad(
      () => sum(model.forward(ones([1, 2]))) as Scalar,
      model.parameters(),
    );
    expect(gradients.every((gradient) => gradient !== null)).toBe(true);
  });

  test("ends on cycles of modules and of collections", async () => {
    class Node extends Module {
      weight = new Parameter(ones([1]));
      parent: Node | null = null;
      links: unknown[] = [];
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const node = new Node();
    const child = new Node();
    child.parent = node;
    node.links.push(child, node.links);
    expect(node.namedParameters().map(([name]) => name)).toEqual(["weight", "links.0.weight"]);
    expect(Object.keys(await node.stateDict())).toEqual(["weight", "links.0.weight"]);
    expect(node.train(false).modules()).toEqual([node, child]);
    expect(String(node)).toContain("(parent): Node(...)");
    node.dispose();
  });

  test("apply visits children before their parents", () => {
    const inner = new Sequential(new Linear(1, 1), new Dropout());
    const model = new Sequential(inner, new Linear(1, 1));
    const visited: AnyModule[] = [];
    expect(model.apply((module) => visited.push(module))).toBe(model);
    expect(visited).toHaveLength(5);
    expect(visited.indexOf(inner)).toBeGreaterThan(visited.indexOf(inner.at(0) as AnyModule));
    expect(visited.at(-1)).toBe(model);
  });

  test("freezes and thaws", () => {
    const model = new Mixture();
    expect(model.requiresGrad(false)).toBe(model);
    expect(model.parameters().some((parameter) => parameter.trainable)).toBe(false);
    model.experts[0]?.requiresGrad();
    expect(model.parameters().filter((parameter) => parameter.requiresGrad)).toHaveLength(2);
  });

  test("instanceof tells modules, parameters and buffers apart, also from another copy", () => {
    expect(new Linear(1, 1)).toBeInstanceOf(Module);
    expect(new Linear(1, 1)).not.toBeInstanceOf(Dropout);
    expect(new Linear(1, 1).weight).toBeInstanceOf(Parameter);
    expect(new Linear(1, 1).weight).not.toBeInstanceOf(Buffer);
    expect({ "~kind": "module" }).toBeInstanceOf(Module);
    expect({ "~kind": "module" }).not.toBeInstanceOf(Linear);
    for (const other of [null, undefined, 1, {}, ones([1])]) {
      expect(other instanceof Module || other instanceof Parameter).toBe(false);
    }
  });

  test("names two parts that would have one name", () => {
    class Twice extends Module {
      a = new Parameter(ones([1]), { name: "weight" });
      weight = new Parameter(ones([1]));
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(() => new Twice().parameters()).toThrow('Twice: expected one field named "weight"');
  });
});
