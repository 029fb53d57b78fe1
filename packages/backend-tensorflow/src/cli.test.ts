/// <reference types="node" />
// The command line as a person runs it, on machines that lack something: every failure is one line on stderr and
// exit code 1. That it compiles and computes is tested on a real TensorFlow.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CUDA_LIBRARIES, FakeMachine } from "./diagnosis/fake-machine.ts";

const COMMAND = fileURLToPath(new URL("cli.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const TIMEOUT_MS = 60_000;

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  machine.installSources();
  machine.installTensorflow();
  machine.python();
  machine.script(
    "g++",
    `case "$1" in
      --version) echo "g++ (Fake) 12.2.0"; exit;;
    esac
    while [ "$1" != -o ]; do shift; done
    echo "no library" > "$2"`,
  );
});
afterEach(() => machine.remove());

function run(...argv: string[]) {
  const flags = ["--conditions=@kindling/source", "--import", TSX, COMMAND];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...argv], {
    encoding: "utf8",
    cwd: machine.root,
    env: { PATH: machine.bin, HOME: machine.root, KINDLING_CACHE: join(machine.root, "cache") },
  });
  return { status, stdout, stderr };
}

/** That setup ends with this one line and leaves no binding. */
function expectFailure(message: RegExp, ...argv: string[]): void {
  const { status, stderr } = run("setup", ...argv);
  const line = new RegExp(`^kindling-tensorflow: ${message.source}`);
  expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(line)]);
  expect(status).toBe(1);
  const cache = join(machine.root, "cache/tensorflow");
  expect(left(cache).filter((name) => name !== "compile.log")).toEqual([]);
}

function left(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

describe("setup", { timeout: TIMEOUT_MS }, () => {
  test("without Python", () => {
    rmSync(join(machine.bin, "python3"));
    expectFailure(
      /expected a Python 3 that runs, got python3: not found, python: not found; install Python 3\.9 to 3\.13, or name/,
    );
  });

  test("with a Python that does not run, such as pyenv's stand-in", () => {
    machine.script("broken", "echo 'pyenv: python3: command not found' >&2; exit 127");
    const path = join(machine.bin, "broken");
    expectFailure(/.*got \S+broken: pyenv: python3: command not found; /, "--python", path);
  });

  test("without TensorFlow", () => {
    machine.python(null);
    expectFailure(
      /expected a Python with TensorFlow 2\.12 or newer, got none in Python 3\.11\.7 \(\S+\); python3 -m venv .venv && .venv\/bin\/python -m pip install tensorflow-cpu==2\.20\.0/,
    );
  });

  test("without TensorFlow, on a machine with a GPU", () => {
    machine.python(null);
    machine.installDriver("NVIDIA L4, 555.42.06, 8.9");
    expectFailure(/.* pip install 'tensorflow\[and-cuda\]==2\.20\.0'/);
  });

  test("with a TensorFlow that is too old", () => {
    rmSync(machine.sitePackages, { recursive: true });
    machine.installTensorflow({ version: "2.9.3" });
    expectFailure(
      /expected TensorFlow 2\.12 or newer, got 2\.9\.3 in \S+; pip install tensorflow-cpu==2\.20\.0/,
    );
  });

  test("with a TensorFlow that pip did not install, and with half of one", () => {
    rmSync(join(machine.tensorflow, "libtensorflow_cc.so.2"));
    expectFailure(/expected libtensorflow_cc\.so\.2 in \S+ \(TensorFlow 2\.20\.0\), got none; pip/);
    rmSync(join(machine.sitePackages, "tensorflow-2.20.0.dist-info"), { recursive: true });
    expectFailure(/expected a TensorFlow installed by pip, got \S+ without a version; pip install/);
  });

  test("with a glibc that is too old", () => {
    machine.installTensorflow({ glibc: "2_99" });
    expectFailure(
      /expected glibc 2\.99 or newer for TensorFlow 2\.20\.0, got 2\.\d+; install an older/,
    );
  });

  test("without tfjs-node-gpu, and with another version of it", () => {
    machine.installSources("4.10.0");
    expectFailure(
      /expected @tensorflow\/tfjs-node-gpu 4\.22\.0, got 4\.10\.0; npm install --ignore-scripts @tensorflow\/tfjs-node-gpu@4\.22\.0/,
    );
    rmSync(join(machine.root, "node_modules"), { recursive: true });
    expectFailure(
      /expected @tensorflow\/tfjs-node-gpu 4\.22\.0, got none; npm install --ignore-scripts @tensorflow\/tfjs-node-gpu@4\.22\.0/,
    );
  });

  test("without a compiler", () => {
    rmSync(join(machine.bin, "g++"));
    expectFailure(
      /expected a C\+\+ compiler, got g\+\+: not found, c\+\+: not found, clang\+\+: not found; install one/,
    );
  });

  test("with a compiler that fails: its first error, and a log of the rest", () => {
    machine.script(
      "g++",
      `test "$1" = --version || { echo "In file included from x:" >&2; echo "x.cc:1: error: no C++17" >&2; exit 1; }`,
    );
    expectFailure(
      /expected g\+\+ to compile tfjs-node's binding, got x\.cc:1: error: no C\+\+17; see \S+compile\.log, and try/,
    );
  });

  test("with a full disk", () => {
    machine.script(
      "g++",
      `test "$1" = --version || { echo "as: error: x.o: No space left on device" >&2; exit 1; }`,
    );
    expectFailure(/.*No space left on device; see \S+, and free the disk/);
  });

  test("with a binding that does not load", () => {
    expectFailure(
      /expected the binding to compute a convolution, got ".*file too short"; reinstall/,
    );
  });

  test("with a cache that cannot be written", () => {
    machine.file("cache");
    expectFailure(
      /expected to write to \S+cache\/tensorflow, got ENOTDIR.*; set KINDLING_CACHE to/,
    );
  });

  test("with a flag that it does not know", () => {
    expectFailure(
      /unknown option '--chek' \(Did you mean --check\?\); see kindling-tensorflow/,
      "--chek",
    );
  });
});

describe("setup --cuda", { timeout: TIMEOUT_MS }, () => {
  beforeEach(() => {
    machine.installDriver("NVIDIA L4, 555.42.06, 8.9");
    machine.installTensorflow({ cuda: true });
    for (const [folder, name] of CUDA_LIBRARIES) machine.installLibrary(folder, name);
  });

  test("with a driver that does not answer", () => {
    machine.script(
      "nvidia-smi",
      "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18",
    );
    expectFailure(/expected nvidia-smi to answer, got "Failed .*mismatch"; restart the/, "--cuda");
  });

  test("with a driver that is too old", () => {
    machine.installDriver("Tesla T4, 470.57.02, 7.5");
    expectFailure(/expected NVIDIA driver 525\.60\.13 or newer.*got 470\.57\.02; update/, "--cuda");
  });

  test("without a library", () => {
    rmSync(join(machine.sitePackages, "nvidia/cudnn"), { recursive: true });
    expectFailure(
      /expected to open libcudnn\.so\.9, got nothing.*; pip install 'nvidia-cudnn-cu12/,
      "--cuda",
    );
  });

  test("names TensorFlow's known faults", () => {
    rmSync(machine.sitePackages, { recursive: true });
    machine.installTensorflow({ version: "2.21.0", cuda: true });
    const { stdout } = run("setup", "--cuda");
    expect(stdout).toMatch(/^Found TensorFlow 2\.21\.0 for CUDA 12\.5\.1 and cuDNN 9, in /);
    expect(stdout).toMatch(/^Note: it does not look for libcusolver.*; take 2\.20\.0 for CUDA$/m);
  });
});

describe("setup --check", { timeout: TIMEOUT_MS }, () => {
  test("prints what is there and compiles nothing", () => {
    machine.script(
      "g++",
      `test "$1" = --version && echo "g++ (Fake) 12.2.0" || echo compiled > called`,
    );
    machine.installDriver("NVIDIA L4, 555.42.06, 8.9");
    machine.installTensorflow({ cuda: true });
    for (const [folder, name] of CUDA_LIBRARIES) machine.installLibrary(folder, name);
    rmSync(join(machine.sitePackages, "nvidia/cudnn"), { recursive: true });
    const { status, stdout, stderr } = run("setup", "--check");
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    const states = Object.fromEntries(rows.map(([name, state]) => [name, state]));
    expect(states).toEqual({
      Node: "ok",
      "tfjs-node": "ok",
      TensorFlow: "ok",
      Python: "ok",
      "known fault": "note",
      compiler: "ok",
      binding: "missing",
      "NVIDIA driver": "ok",
      "GPU 0": "ok",
      "libcuda.so.1": "ok",
      ...Object.fromEntries(CUDA_LIBRARIES.map(([, name]) => [name, "ok"])),
      "libcudnn.so.9": "missing",
    });
    expect(stderr).toBe(
      "kindling-tensorflow: expected a binding that setup made, got none yet; npx kindling-tensorflow setup\n",
    );
    expect([status, left(machine.root).includes("called")]).toEqual([1, false]);
  });

  test("of a machine with nothing names the first step", () => {
    for (const name of ["python3", "g++"]) rmSync(join(machine.bin, name));
    rmSync(join(machine.root, "node_modules"), { recursive: true });
    const { status, stdout, stderr } = run("setup", "--check");
    expect(stdout).toMatch(
      /^tfjs-node +missing .*\nTensorFlow +missing .*\ncompiler +missing .*\nbinding +missing/m,
    );
    expect(stderr).toMatch(
      /^kindling-tensorflow: expected @tensorflow\/tfjs-node-gpu .*; npm install .*\n$/,
    );
    expect(status).toBe(1);
  });
});
