import { ArgumentError } from "@kindling/core";
import { describeOnBackends, expectClose } from "@kindling/testing";
import {
  div,
  slice,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Muon } from "./muon.ts";

/** A rate and options with which one step on zeros leaves minus the orthogonalized gradient. */
const BARE = { lr: 1, weightDecay: 0, momentum: 0 };
/** x ← 1.5 x − 0.5 x³ has 1 as its fixed point, so that the result is known. */
const CONVERGING = { nsCoefficients: [1.5, -0.5, 0] as const, nsSteps: 40 };

describeOnBackends("Muon", () => {
  it("makes the direction orthogonal", () => {
    const w = variable(zeros([2, 2]));
    const optimizer = new Muon([w], { ...BARE, ...CONVERGING });
    // A rotation by atan(3 / 4) times the scales 10 and 5: what is left is the rotation.
    optimizer.update([
      tensor2d([
        [8, -3],
        [6, 4],
      ]),
    ]);
    expectClose(w, [-0.8, 0.6, -0.6, -0.8]);
    optimizer.dispose();
    w.dispose();
  });

  it("treats a wide matrix as the transpose of a tall one, up to the rate", () => {
    const [tall, wide] = [variable(zeros([3, 2])), variable(zeros([2, 3]))];
    const optimizer = new Muon([tall, wide], BARE);
    const rows = tensor2d([
      [1, 2],
      [-3, 4],
      [0.5, -6],
    ]);
    optimizer.update([rows.clone(), transpose(rows)]);
    const [received, expected] = tidy(() => [
      div(tall, Math.sqrt(3 / 2)).dataSync(),
      transpose(wide).dataSync(),
    ]);
    expectClose(received as Float32Array, expected as Float32Array);
    optimizer.dispose();
    for (const tensor of [tall, wide, rows]) tensor.dispose();
  });

  it("takes the shape in PyTorch's axes for the rate", () => {
    const w = Object.assign(variable(zeros([2, 8])), { layout: [1, 0] });
    const optimizer = new Muon([w], { ...BARE, ...CONVERGING });
    optimizer.update([
      tensor2d([
        [1, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 0, 0],
      ]),
    ]);
    expectClose(
      tidy(() => slice(w, [0, 0], [2, 2]).dataSync()),
      [-2, 0, 0, -2],
    );
    optimizer.dispose();
    w.dispose();
  });

  it("leaves a matrix alone whose gradient is 0", () => {
    const w = variable(tensor2d([[1, 2]]));
    const optimizer = new Muon([w], { ...BARE, weightDecay: 0.5 });
    optimizer.update([zeros([1, 2])]);
    expectClose(w, [0.5, 1]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("Muon's parameters and options", () => {
  it("are matrices, and those who bring others hear where they belong", () => {
    const [w, b] = [variable(zeros([2, 2])), variable(tensor1d([1, 2]))];
    const optimizer = new Muon([w]);
    for (const add of [() => new Muon([w, b]), () => optimizer.addParamGroup({ params: [b] })]) {
      expect(add).toThrow(ArgumentError);
      expect(add).toThrow(
        /Muon: expected parameters of rank 2, got .* of shape \[2\]; give it to another optimizer/,
      );
    }
    expect(optimizer.parameters).toEqual([w]);
    w.dispose();
    b.dispose();
  });

  it("have PyTorch's defaults and are checked", () => {
    const w = variable(zeros([1, 1]));
    expect(new Muon([w]).paramGroups[0]).toMatchObject({
      lr: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      nesterov: true,
      nsCoefficients: [3.4445, -4.775, 2.0315],
      eps: 1e-7,
      nsSteps: 5,
      adjustLrFn: "original",
    });
    for (const name of ["lr", "weightDecay", "momentum", "eps"]) {
      expect(() => new Muon([w], { [name]: -1 })).toThrow(
        `Muon: expected ${name} to be 0 or more, got -1`,
      );
    }
    expect(() => new Muon([w], { nsSteps: 100 })).toThrow(/whole number below 100, got 100/);
    expect(() => new Muon([w], { nsSteps: 1.5 })).toThrow(/whole number below 100, got 1.5/);
    const two = [1, 2] as unknown as [number, number, number];
    expect(() => new Muon([w], { nsCoefficients: two })).toThrow(/3 nsCoefficients, got 2/);
    expect(() => new Muon([w], { adjustLrFn: "adam" as "original" })).toThrow(
      'Muon: expected adjustLrFn to be "original" or "match_rms_adamw", got adam',
    );
    w.dispose();
  });

  it("saves and loads the name of the adjustment, and takes PyTorch's None for the default", async () => {
    const w = variable(zeros([1, 1]));
    const optimizer = new Muon([w], { adjustLrFn: "match_rms_adamw" });
    const { param_groups } = await optimizer.stateDict();
    expect(param_groups[0]).toMatchObject({ adjust_lr_fn: "match_rms_adamw", ns_steps: 5 });
    const other = new Muon([w]);
    other.loadStateDict({ state: {}, param_groups: [{ params: [0], adjust_lr_fn: null }] });
    expect(other.paramGroups[0]?.adjustLrFn).toBe("original");
    other.loadStateDict({ state: {}, param_groups });
    expect(other.paramGroups[0]?.adjustLrFn).toBe("match_rms_adamw");
    w.dispose();
  });
});
