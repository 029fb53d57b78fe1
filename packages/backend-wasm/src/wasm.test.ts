import { BackendError, selectBackend } from "@kindling/core";
import { expectClose, expectTensors, values } from "@kindling/testing";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
  conv2d,
  engine,
  env,
  fill,
  getBackend,
  getKernel,
  ones,
  setBackend,
  sum,
  type Tensor4D,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { afterEach, expect, test, vi } from "vitest";
import { BUILDS } from "./simd/arena.ts";
import { sideModule } from "./simd/side-module.ts";
import { wasm } from "./wasm.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** As much of Node as is asked about here; the package is compiled without Node's types. */
const { process } = globalThis as unknown as {
  process: { listeners(event: string): unknown[] };
};

test("starts without a word, without threads and without listeners on the process", async () => {
  const spoken = [vi.spyOn(console, "warn"), vi.spyOn(console, "log"), vi.spyOn(console, "error")];
  const listeners = () => [
    ...process.listeners("uncaughtException"),
    ...process.listeners("unhandledRejection"),
  ];
  const before = listeners();
  const { backend } = await selectBackend(wasm());
  expect(getBackend()).toBe("wasm");
  const simd = BUILDS.includes("relaxed-simd") ? "relaxed SIMD" : "SIMD";
  expect(backend.describe()).toBe(`wasm (${simd}, 1 thread)`);
  expect(env().getBool("WASM_HAS_MULTITHREAD_SUPPORT")).toBe(false);
  expect(listeners()).toEqual(before);
  for (const said of spoken) expect(said).not.toHaveBeenCalled();
});

test("activates again, and after another backend, with the same kernels", async () => {
  await wasm().activate();
  const kernel = getKernel("MaxPoolGrad", "wasm");
  await setBackend("cpu");
  await wasm().activate();
  expect(getBackend()).toBe("wasm");
  expect(getKernel("MaxPoolGrad", "wasm")).toBe(kernel);
});

test("a second copy of the package leaves the first one's kernels in place", async () => {
  await wasm().activate();
  const kernel = getKernel("MaxPoolGrad", "wasm");
  const said = vi.spyOn(console, "warn");
  vi.resetModules();
  const copy = await import("./wasm.ts");
  await copy.wasm().activate();
  expect(getKernel("MaxPoolGrad", "wasm")).toBe(kernel);
  expect(said).not.toHaveBeenCalled();
});

test("computes with a tensor made on another backend", async () => {
  await setBackend("cpu");
  const x = tensor([1, 2, 3]);
  await wasm().activate();
  const total = await expectTensors(() => tidy(() => sum(x)), 1);
  expect(values(total)).toEqual([6]);
  total.dispose();
  x.dispose();
});

test("says why it is unavailable", async () => {
  expect(await wasm().unavailable()).toBe(null);
  vi.stubGlobal("WebAssembly", {
    Module: class {
      constructor() {
        throw new Error("Refused to compile");
      }
    },
  });
  expect(await wasm().unavailable()).toBe("WebAssembly is blocked here: Refused to compile");
  vi.stubGlobal("WebAssembly", { Module: class {}, validate: () => false });
  expect(await wasm().unavailable()).toBe("this JavaScript engine's WebAssembly has no SIMD");
  vi.stubGlobal("WebAssembly", undefined);
  expect(await wasm().unavailable()).toBe("this JavaScript engine has no WebAssembly");
  await expect(selectBackend(wasm())).rejects.toThrow(BackendError);
});

test("takes Winograd's convolutions on request, each time that it is activated", async () => {
  const x = ones([1, 6, 6, 16]) as Tensor4D;
  const filter = fill([3, 3, 16, 16], 1 / 3) as Tensor4D;
  const run = (): number[] => values(tidy(() => conv2d(x, filter, 1, "valid")));
  await wasm({ winograd: true }).activate();
  expect(sideModule(engine().backend as BackendWasm).winograd).toBe(true);
  const fast = run();
  await wasm().activate();
  expect(sideModule(engine().backend as BackendWasm).winograd).toBe(false);
  expectClose(fast, run(), { tolerance: 1e-5 });
  x.dispose();
  filter.dispose();
});

test("refuses a folder that does not look like one", () => {
  expect(() => wasm({ wasmPath: "/assets" })).toThrow(/end with a slash, got "\/assets"/);
});
