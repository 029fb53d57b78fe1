/// <reference types="node" />
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { selectBackend } from "@kindling/core";
import { add, getBackend, getGradient, tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { DEVICE } from "./device-of-tests.ts";
import { tensorflow } from "./tensorflow.ts";

const onGpu = DEVICE === "cuda";
const gradient = getGradient("MaxPool");

describe("in this process", () => {
  beforeAll(async () => {
    await selectBackend(tensorflow({ device: DEVICE }));
  });

  test("it computes", async () => {
    expect(getBackend()).toBe("tensorflow");
    expect([...(await add(tensor([1, 2]), 1).data())]).toEqual([2, 3]);
  });

  test("it says what is running", () => {
    const device = onGpu ? /CUDA, GPU 0/ : /CPU, \d+ threads?/;
    expect(tensorflow().describe()).toMatch(
      new RegExp(`^tensorflow \\d+\\.\\d+\\.\\d+ \\(${device.source}\\)$`),
    );
  });

  test("gradients stay Kindling's", () => {
    expect(getGradient("MaxPool")).toBe(gradient);
  });

  test("it is activated again with the same options, or with fewer", async () => {
    await selectBackend(tensorflow({ device: DEVICE }));
    await selectBackend(tensorflow());
  });

  test("other options are an error", async () => {
    await expect(selectBackend(tensorflow({ intraOpThreads: 7 }))).rejects.toThrow(
      "tensorflow: expected intraOpThreads to be left out, as when this process started TensorFlow, got 7; " +
        "start another process for it",
    );
  });

  test.runIf(onGpu)("the CPU is an error now", async () => {
    await expect(selectBackend(tensorflow({ device: "cpu" }))).rejects.toThrow(
      "tensorflow: expected the CPU, got a GPU",
    );
  });

  test.skipIf(onGpu)("a GPU is an error now", async () => {
    await expect(selectBackend(tensorflow({ device: "cuda" }))).rejects.toThrow(
      "tensorflow: expected a GPU, got the CPU, for which this process started TensorFlow",
    );
  });
});

describe("in a process of its own", () => {
  test("it takes as many threads as it is told", () => {
    expect(run(`{ device: "cpu", intraOpThreads: 1 }`).stdout).toMatch(/\(CPU, 1 thread\)/);
  });

  test.skipIf(onGpu)("cuda without a GPU says why, and the CPU can be had afterwards", () => {
    const { stdout } = run(`{ device: "cuda" }`, `{ device: "cpu" }`);
    expect(stdout).toMatch(/no backend is available: .*tensorflow: expected .*, got .*;/);
    expect(stdout).toMatch(/\(CPU, \d+ threads?\)/);
  });

  test.skipIf(onGpu)("auto is the CPU where there is no GPU", () => {
    expect(run(`{ device: "auto" }`).stdout).toMatch(/\(CPU, \d+ threads?\)/);
  });

  test("prints no warning of its own or of Node's", () => {
    expect(run(`{ device: "cpu" }`).stderr).toBe("");
  });
});

/** Selects backends with these options, one after the other, and prints what comes of it. */
function run(...options: string[]): { stdout: string; stderr: string } {
  const program = `
    import { selectBackend } from "@kindling/core";
    import { tensorflow } from "@kindling/backend-tensorflow";
    import { add, tensor } from "@tensorflow/tfjs-core";
    for (const options of [${options.join(", ")}]) {
      try {
        const { backend } = await selectBackend(tensorflow(options));
        console.log(backend.describe(), await add(tensor([1]), 1).data());
      } catch (error) {
        console.log(error.message);
      }
    }`;
  const flags = ["--conditions=@kindling/source", "--import", "tsx", "--input-type=module"];
  return spawnSync(process.execPath, [...flags, "--eval", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
}
