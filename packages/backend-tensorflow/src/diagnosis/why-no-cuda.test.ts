/// <reference types="node" />
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { reportCuda } from "./cuda-report.ts";
import { CUDA_LIBRARIES, FakeMachine } from "./fake-machine.ts";
import { whyNoCuda } from "./why-no-cuda.ts";

const L4 = "NVIDIA L4, 555.42.06, 8.9";

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  vi.stubEnv("PATH", machine.bin);
  vi.stubEnv("LD_LIBRARY_PATH", undefined);
  vi.stubEnv("CUDA_VISIBLE_DEVICES", undefined);
  machine.installDriver(L4);
  machine.installTensorflow({ cuda: true });
  for (const [folder, name] of CUDA_LIBRARIES) machine.installLibrary(folder, name);
});
afterEach(() => {
  vi.unstubAllEnvs();
  machine.remove();
});

async function fault(folder: string | null = machine.tensorflow): Promise<string | null> {
  return (await reportCuda(folder, machine.kernel, "")).fault;
}

test("nothing is wrong with all of it", async () => {
  const report = await reportCuda(machine.tensorflow, machine.kernel, "");
  expect(report.fault).toBeNull();
  expect(report.libraries.map(({ name }) => name)).toEqual(CUDA_LIBRARIES.map(([, name]) => name));
  expect(await whyNoCuda(machine.tensorflow)).toMatch(
    /although driver, GPU and libraries are there/,
  );
});

describe("the driver", () => {
  test("is not there", async () => {
    rmSync(join(machine.bin, "nvidia-smi"));
    expect(await fault()).toMatch(/^expected an NVIDIA driver, got none/);
  });

  test("is too old for CUDA 12", async () => {
    machine.installDriver("Tesla T4, 470.57.02, 7.5");
    expect(await fault()).toBe(
      "expected NVIDIA driver 525.60.13 or newer for CUDA 12.5.1, got 470.57.02; update the driver",
    );
  });

  test("is too old to compile for a GPU that TensorFlow has no machine code for", async () => {
    machine.installDriver("NVIDIA H100 PCIe, 535.54.03, 9.0");
    expect(await fault()).toBe(
      "expected NVIDIA driver 555.42.02 or newer, which compiles TensorFlow's code for NVIDIA H100 PCIe " +
        "(compute capability 9.0), got 535.54.03; update the driver",
    );
    // Machine code for 8.0 runs on 8.6 too.
    machine.installDriver("NVIDIA RTX A4000, 535.54.03, 8.6");
    expect(await fault()).toBeNull();
  });

  test("has no libcuda, as in a container without NVIDIA's runtime", async () => {
    machine.script("ldconfig", "exit 0");
    expect(await fault()).toMatch(
      /^expected the driver's libcuda\.so\.1 in the system's folders, got none/,
    );
  });
});

describe("the GPU", () => {
  test("is not there", async () => {
    machine.script("nvidia-smi", "echo 'No devices were found'; exit 6");
    machine.file("proc/version", "NVIDIA UNIX x86_64 Kernel Module  555.42.06  Tue Jun  4\n");
    expect(await fault()).toMatch(/^expected a GPU, got NVIDIA driver 555\.42\.06 without one; /);
  });

  test("is too old", async () => {
    machine.installDriver("NVIDIA GeForce GTX 970, 555.42.06, 5.2");
    expect(await fault()).toBe(
      "expected a GPU of compute capability 6.0 or newer, got NVIDIA GeForce GTX 970 with 5.2; " +
        "train on the CPU, or on another GPU",
    );
  });

  test.each(["", "-1"])("is hidden by CUDA_VISIBLE_DEVICES=%s", async (value) => {
    vi.stubEnv("CUDA_VISIBLE_DEVICES", value);
    expect(await fault()).toBe(
      `expected a visible GPU, got CUDA_VISIBLE_DEVICES="${value}"; unset it`,
    );
  });
});

describe("TensorFlow", () => {
  test("is not there", async () => {
    expect(await fault(null)).toBe(
      "expected a TensorFlow with CUDA, got none installed by pip; " +
        "pip install 'tensorflow[and-cuda]==2.20.0' and npx kindling-tensorflow setup",
    );
  });

  test("is built for the CPU only", async () => {
    machine.installTensorflow({ cuda: false });
    const python = machine.file("env/bin/python", "", 0o755);
    expect(await fault()).toBe(
      `expected a TensorFlow built for CUDA, got one for the CPU only (${machine.tensorflow}); ` +
        `${python} -m pip install 'tensorflow[and-cuda]==2.20.0' and npx kindling-tensorflow setup`,
    );
  });
});

describe("the libraries", () => {
  test.each(CUDA_LIBRARIES)(
    "%s: without %s, it and its package are named",
    async (folder, name) => {
      rmSync(join(machine.sitePackages, "nvidia", folder, "lib", name));
      const part = folder.replace("_", "-");
      const wanted = part === "cudnn" ? "'nvidia-cudnn-cu12>=9,<10'" : `nvidia-${part}-cu12`;
      expect(await fault()).toBe(
        `expected to open ${name}, got nothing of that name where TensorFlow looks; pip install ${wanted}`,
      );
    },
  );

  test("several are named in one line", async () => {
    rmSync(join(machine.sitePackages, "nvidia"), { recursive: true });
    const text = await fault();
    for (const [, name] of CUDA_LIBRARIES) expect(text).toContain(name);
    expect(text).not.toContain("\n");
  });

  test("one that lacks another in turn", async () => {
    machine.installLibrary("cusparse", "libcusparse.so.12", ["libnvJitLink.so.12"]);
    expect(await fault()).toBe(
      "expected to open libnvJitLink.so.12 (for libcusparse.so.12), got nothing of that name where TensorFlow " +
        "looks; pip install nvidia-nvjitlink-cu12",
    );
    machine.installLibrary("nvjitlink", "libnvJitLink.so.12");
    expect(await fault()).toBeNull();
  });

  test("2.21.0's cusolver, which is there and not looked for", async () => {
    const runpath = CUDA_LIBRARIES.map(([folder]) => folder).filter((name) => name !== "cusolver");
    machine.installTensorflow({ version: "2.21.0", cuda: true, runpath });
    const folder = join(machine.sitePackages, "nvidia/cusolver/lib");
    expect(await fault()).toBe(
      "expected to open libcusolver.so.11, got a TensorFlow that does not look where pip put it; " +
        `pip install 'tensorflow[and-cuda]==2.20.0', or start node with LD_LIBRARY_PATH=${folder}`,
    );
    expect((await reportCuda(machine.tensorflow, machine.kernel, folder)).fault).toBeNull();
  });

  test("LD_LIBRARY_PATH that was set after Node started", async () => {
    rmSync(join(machine.sitePackages, "nvidia/cufft"), { recursive: true });
    vi.stubEnv("LD_LIBRARY_PATH", "/usr/local/cuda/lib64");
    expect(await fault()).toMatch(/LD_LIBRARY_PATH was set after Node started, which is too late/);
  });

  test("of CUDA 11 with cuDNN 8, for TensorFlow 2.14", async () => {
    machine.file(
      "env/lib/python3.11/site-packages/tensorflow/python/platform/build_info.py",
      "[('cuda_version', '11.8'), ('cudnn_version', '8'), ('is_cuda_build', True)]",
    );
    expect(await fault()).toMatch(
      /^expected to open libcudart\.so\.11\.0, .*libcudnn\.so\.8, .*nvidia-cudnn-cu11>=8,<9/,
    );
  });
});
