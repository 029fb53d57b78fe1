import { BackendError, selectBackend } from "@kindling/core";
import "@tensorflow/tfjs-backend-cpu";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  add,
  engine,
  env,
  fill,
  getBackend,
  mul,
  scalar,
  setBackend,
  sum,
  tensor,
  tensor1d,
  zeros,
} from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, test } from "vitest";
import { adapterOf } from "./watch.ts";
import { webgpu } from "./webgpu.ts";

describe("webgpu", () => {
  beforeEach(async () => {
    await selectBackend(webgpu());
  });

  test("can run here and says on what", async () => {
    expect(await webgpu().unavailable()).toBeNull();
    expect(webgpu().describe()).toMatch(/^webgpu \(.+\)$/);
    const software = adapterOf(running())?.software === true;
    expect(webgpu().describe().endsWith(", software)")).toBe(software);
  });

  test("computes", async () => {
    expect(await sum(mul(tensor1d([1, 2, 3]), 2)).data()).toEqual(Float32Array.of(12));
  });

  test("activated again keeps the device and its tensors", async () => {
    const { device } = running();
    const x = add(tensor1d([1, 2]), 1);
    await setBackend("cpu");
    await selectBackend(webgpu({ powerPreference: "low-power" }));
    expect(running().device).toBe(device);
    expect(await x.data()).toEqual(Float32Array.of(2, 3));
  });

  test("sets the flags again that someone changed", async () => {
    env().set("WEBGPU_MATMUL_PROGRAM_TYPE", -1);
    await selectBackend(webgpu());
    expect(env().getNumber("WEBGPU_MATMUL_PROGRAM_TYPE")).toBe(3);
  });
});

describe("webgpu's failures", () => {
  beforeEach(async () => {
    await selectBackend(webgpu());
  });

  test("a device lost before a read rejects it", async () => {
    const x = add(tensor1d([1, 2]), 1);
    running().device.destroy();
    const error = await x.data().catch((reason: unknown) => reason);
    expect(BackendError.is(error)).toBe(true);
    expect(String(error)).toContain("lost (it was destroyed)");
  });

  test("a device lost during a read rejects it, and whatever comes after", async () => {
    const x = add(tensor1d([1, 2]), 1);
    const y = add(x, 1);
    const read = x.data();
    running().device.destroy();
    await expect(read).rejects.toThrow("select the backend again");
    await expect(y.data()).rejects.toThrow("select the backend again");
    expect(() => add(fill([5], 1), 1)).toThrow("select the backend again");
    expect(() => running().readToGPU(y.dataId)).toThrow("select the backend again");
    expect(() => y.dataSync()).toThrow("select the backend again");
  });

  test("values that the host still has survive the device", async () => {
    const x = tensor1d([1, 2]);
    running().device.destroy();
    await running().device.lost;
    expect(await x.data()).toEqual(Float32Array.of(1, 2));
    await selectBackend(webgpu());
    expect(await add(x, 1).data()).toEqual(Float32Array.of(2, 3));
  });

  test("activated after a loss it computes on another device", async () => {
    const lost = running().device;
    const old = add(tensor1d([1, 2]), 1);
    lost.destroy();
    await lost.lost;
    await selectBackend(webgpu());
    expect(running().device).not.toBe(lost);
    expect(getBackend()).toBe("webgpu");
    expect(await add(scalar(1), 1).data()).toEqual(Float32Array.of(2));
    await expect(old.data()).rejects.toThrow("its tensors are gone");
    expect(() => add(old, 1)).toThrow("its tensors are gone");
    old.dispose();
  });

  test("a tensor over the device's limits is refused where it is made", async () => {
    const { maxBufferSize, maxStorageBufferBindingSize } = running().device.limits;
    const size = Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4 + 4;
    expect(() => fill([size], 1)).toThrow(BackendError);
    expect(() => fill([size], 1)).toThrow("this GPU's limit");
    expect(await fill([4], 1).data()).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  test("a shader that does not compile rejects every read under way, once", async () => {
    const x = add(tensor1d([1, 2]), 1);
    const y = add(tensor1d([1, 2]), 2);
    runBroken();
    const reads = await Promise.allSettled([x.data(), y.data()]);
    for (const read of reads) {
      expect(read.status).toBe("rejected");
      const { reason } = read as PromiseRejectedResult;
      expect(BackendError.is(reason)).toBe(true);
      expect(String(reason)).toContain("no_such_function");
    }
    expect(await add(tensor1d([1, 2]), 3).data()).toEqual(Float32Array.of(4, 5));
  });

  test("memory that there is not is an error", async () => {
    const x = add(tensor1d([1, 2]), 1);
    // As the device tells it; to run out in earnest takes a machine of its own.
    running().device.dispatchEvent(
      new GPUUncapturedErrorEvent("uncapturederror", {
        error: new GPUOutOfMemoryError("vkAllocateMemory failed"),
      }),
    );
    await expect(x.data()).rejects.toThrow("use smaller batches");
  });

  test("dataSync says what to do instead", () => {
    const x = add(tensor1d([1, 2]), 1);
    expect(() => x.dataSync()).toThrow("await tensor.data()");
    expect(tensor([1, 2]).dataSync()).toEqual(Float32Array.of(1, 2));
  });

  test("nothing has no values, on the device too", async () => {
    const nothing = zeros([0, 3]);
    running().uploadToGPU(nothing.dataId);
    expect(await nothing.data()).toEqual(new Float32Array(0));
  });
});

function runBroken(): void {
  const output = running().runWebGPUProgram(
    {
      outputShape: [1],
      variableNames: [],
      workgroupSize: [1, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [1, 1, 1],
      shaderKey: "broken",
      getUserCode: () => "fn main(index : i32) { no_such_function(); }",
    },
    [],
    "float32",
  );
  running().disposeData(output.dataId);
}

function running(): WebGPUBackend {
  return engine().backend as WebGPUBackend;
}
