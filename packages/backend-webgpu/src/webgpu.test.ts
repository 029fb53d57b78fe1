import { BackendError, selectBackend } from "@kindling/core";
import { env, getBackend, setBackend } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { webgpu } from "./webgpu.ts";

// What it says where it cannot run. Where it can: webgpu.webgpu.ts.
describe("webgpu without a GPU", () => {
  const node = env().getBool("IS_NODE");
  const gpu = Object.getOwnPropertyDescriptor(globalThis.navigator ?? {}, "gpu");
  const hadNavigator = globalThis.navigator !== undefined;

  beforeEach(async () => {
    await setBackend("cpu");
  });

  afterEach(() => {
    env().set("IS_NODE", node);
    Reflect.deleteProperty(globalThis, "isSecureContext");
    if (!hadNavigator) Reflect.deleteProperty(globalThis, "navigator");
    else if (gpu) Object.defineProperty(globalThis.navigator, "gpu", gpu);
    else Reflect.deleteProperty(globalThis.navigator, "gpu");
  });

  test("a browser that has no WebGPU is told which ones do", async () => {
    env().set("IS_NODE", false);
    expect(await webgpu().unavailable()).toContain("this browser has no WebGPU");
  });

  test("a page that is not secure is told to be", async () => {
    env().set("IS_NODE", false);
    Object.defineProperty(globalThis, "isSecureContext", { value: false, configurable: true });
    expect(await webgpu().unavailable()).toContain("serve it over https");
  });

  test("no adapter is no fallback to another backend", async () => {
    env().set("IS_NODE", false);
    offer(async () => null);
    expect(await webgpu().unavailable()).toContain("no GPU adapter was found");
    await expect(webgpu().activate()).rejects.toThrow("no GPU adapter was found");
    await expect(selectBackend(webgpu())).rejects.toThrow(BackendError);
    expect(getBackend()).toBe("cpu");
  });

  test("an adapter that is refused says why", async () => {
    offer(() => Promise.reject(new Error("blocked by policy")));
    expect(await webgpu().unavailable()).toContain("(blocked by policy)");
  });

  test("a device that is refused says why", async () => {
    const info = { vendor: "acme", architecture: "anvil" };
    offer(async () => ({
      info,
      limits: {},
      features: new Set(),
      requestDevice: () => Promise.reject(new Error("out of devices")),
    }));
    expect(await webgpu().unavailable()).toBeNull();
    await expect(selectBackend(webgpu())).rejects.toThrow(
      'expected a device of acme anvil, got "out of devices"',
    );
  });

  test("the asked for kind of GPU is asked for", async () => {
    const asked: unknown[] = [];
    offer(async (options) => {
      asked.push(options);
      return null;
    });
    await webgpu().unavailable();
    await webgpu({ powerPreference: "low-power" }).unavailable();
    expect(asked).toEqual([
      { powerPreference: "high-performance" },
      { powerPreference: "low-power" },
    ]);
  });
});

function offer(requestAdapter: (options: unknown) => Promise<unknown>): void {
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  }
  Object.defineProperty(globalThis.navigator, "gpu", {
    value: { requestAdapter },
    configurable: true,
  });
}
