import { ArgumentError, ShapeError } from "@kindling/core";
import {
  engine,
  memory,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { BUILDS } from "../simd/arena.ts";
import {
  contained,
  describeOnBuilds,
  onBackend,
  readBack,
  type Values,
  wasmBackend,
} from "./on-builds.ts";
import type { Call, RefusedCall } from "./refused-calls.ts";
import { refusedConvolutions } from "./refused-convolutions.ts";
import { refusedFused } from "./refused-fused.ts";
import { refusedOptimizerSteps } from "./refused-optimizer-steps.ts";
import { refusedOthers } from "./refused-others.ts";
import { refusedWindows } from "./refused-windows.ts";
import { KERNELS } from "./register.ts";

const all = [
  ...[...refusedFused, ...refusedConvolutions, ...refusedOptimizerSteps],
  ...[...refusedWindows, ...refusedOthers],
];
/** It takes whatever there is. */
const ACCEPTS_ALL = ["Identity"];

test("every kernel has calls that it refuses", () => {
  const tested = new Set(all.map(({ good }) => good.kernel));
  const names = [
    ...KERNELS.map(({ kernelName }) => kernelName),
    "KindlingAdamStep",
    "KindlingSgdStep",
  ];
  expect(names.filter((name) => !tested.has(name))).toEqual(ACCEPTS_ALL);
});

describeOnBuilds(
  "kernels",
  () => {
    describe("run what the refused calls are made of", () => {
      test.each(all.map(({ good }) => good))("$kernel", (good) => {
        tidy(() => {
          start(good);
        });
      });
    });

    describe("refuse, with nothing changed and nothing left behind,", () => {
      test.each(all.flatMap(({ refused }) => refused))("$kernel: $what", (call) => {
        contained(() => expectRefused(call));
      });
    });
  },
  // What is refused gets to neither.
  BUILDS.slice(-1),
);

function expectRefused(call: RefusedCall): void {
  const attributes = structuredClone(call.attributes);
  const before = [memory().numTensors, wasmBackend().numDataIds()];
  tidy(() => {
    const inputs = Object.values(call.inputs);
    const tensors = inputs.map(tensorOf);
    const error = errorOf(() => start(call, tensors));
    if (call.byTfjs) expect(error).toBeInstanceOf(Error);
    else expectOurs(error, call.kernel);
    expect(tensors.map((one) => readBack(one).values)).toEqual(inputs.map(valuesOf));
  });
  expect(call.attributes).toEqual(attributes);
  expect([memory().numTensors, wasmBackend().numDataIds()]).toEqual(before);
}

function start(
  { kernel, inputs, attributes }: Call,
  tensors: readonly Tensor[] = Object.values(inputs).map(tensorOf),
): unknown {
  const names = Object.keys(inputs);
  const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  const given = (Array.isArray(inputs) ? tensors : named) as NamedTensorMap;
  return engine().runKernel(kernel, given, attributes as NamedAttrMap);
}

/** One of our two classes, whose message begins with the kernel or the op it is of. */
function expectOurs(error: unknown, kernel: string): void {
  const known = ArgumentError.is(error) || ShapeError.is(error);
  if (!known) throw new Error(`expected an ArgumentError or a ShapeError, got ${String(error)}`);
  const [where = ""] = String((error as Error).message).split(":");
  // `crossEntropy` also names KindlingWeightedCrossEntropy.
  const names = [kernel, kernel.replace(/^Kindling(Weighted)?|^_|V2$/g, "")];
  expect(names.map((name) => name.toLowerCase())).toContain(where.toLowerCase());
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return "nothing thrown";
}

function tensorOf(input: Values | readonly string[]): Tensor {
  return isWords(input) ? tensor([...input]) : onBackend(input);
}

function valuesOf(input: Values | readonly string[]): ArrayLike<number | string> {
  return isWords(input) ? input : input.values;
}

function isWords(input: Values | readonly string[]): input is readonly string[] {
  return Array.isArray(input);
}
