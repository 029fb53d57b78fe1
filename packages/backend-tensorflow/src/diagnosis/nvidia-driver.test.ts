/// <reference types="node" />
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeMachine } from "./fake-machine.ts";
import { findDriver } from "./nvidia-driver.ts";

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  vi.stubEnv("PATH", machine.bin);
});
afterEach(() => {
  vi.unstubAllEnvs();
  machine.remove();
});

test("nvidia-smi names driver and GPUs", async () => {
  machine.installDriver("NVIDIA H100 PCIe, 555.42.06, 9.0", "NVIDIA L4, 555.42.06, 8.9");
  expect(await findDriver(machine.kernel)).toEqual({
    version: "555.42.06",
    gpus: [
      { name: "NVIDIA H100 PCIe", capability: "9.0" },
      { name: "NVIDIA L4", capability: "8.9" },
    ],
  });
});

test("a driver before 510, whose nvidia-smi knows no compute capability", async () => {
  machine.script(
    "nvidia-smi",
    `case "$*" in
      *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;;
      *) echo 'Tesla K80, 470.57.02';;
    esac`,
  );
  expect(await findDriver(machine.kernel)).toEqual({
    version: "470.57.02",
    gpus: [{ name: "Tesla K80", capability: null }],
  });
});

test.each([
  "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 22:20:39 UTC 2023",
  "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  535.54.03  Release Build  (root)",
])("without nvidia-smi the kernel tells: %s", async (version) => {
  machine.file("proc/version", `${version}\nGCC version:  gcc version 12.2.0\n`);
  machine.file("proc/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4\nIRQ:   \t\t 42\n");
  expect(await findDriver(machine.kernel)).toEqual({
    version: "535.54.03",
    gpus: [{ name: "NVIDIA L4", capability: null }],
  });
});

test("no driver at all", async () => {
  expect(await findDriver(machine.kernel)).toEqual({
    reason: expect.stringMatching(
      /^expected an NVIDIA driver, got none.*; install NVIDIA's driver/,
    ),
  });
});

test.each([
  ["Failed to initialize NVML: Driver/library version mismatch", /; restart the machine, whose/],
  ["NVIDIA-SMI has failed because it couldn't communicate with the driver.", /; reinstall/],
])("an nvidia-smi that fails: %s", async (said, nextStep) => {
  machine.script("nvidia-smi", `echo "${said}"; exit 9`);
  const state = await findDriver(machine.kernel);
  expect(state).toEqual({ reason: expect.stringContaining(said) });
  expect(state).toEqual({ reason: expect.stringMatching(nextStep) });
});
