import { ArgumentError, FUSED, type GatherBytesAttributes } from "@kindling/core";
import { type KernelConfig, util } from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { expectIntegers, expectNumber } from "./checks.ts";
import { allocate, defineKernel, pointer } from "./kernel.ts";

/**
 * Rows of bytes in JavaScript's memory, such as images, to floats in the backend's: the rows are copied as
 * bytes, a quarter of the floats, and widened there.
 */
export const gatherBytes: KernelConfig = defineKernel<object, GatherBytesAttributes>(
  FUSED.gatherBytes,
  ({ attrs: { bytes, width, indices, divisor, shape }, backend }) => {
    const count = indices.length;
    expectIntegers(FUSED.gatherBytes, "a row's width", [width], 0);
    expectIntegers(FUSED.gatherBytes, "a shape", shape, 0);
    expectNumber(FUSED.gatherBytes, "divisor", divisor);
    if (!(bytes instanceof Uint8Array) || divisor === 0) {
      throw new ArgumentError(
        `${FUSED.gatherBytes}: expected bytes in a Uint8Array and a divisor that is not 0, ` +
          `got ${Object.prototype.toString.call(bytes)} and ${divisor}`,
      );
    }
    if (util.sizeFromShape([...shape]) !== count * width) {
      throw new ArgumentError(
        `${FUSED.gatherBytes}: expected a shape of ${count} rows of ${width}, got [${shape.join(", ")}]`,
      );
    }
    const rows = width > 0 ? Math.floor(bytes.length / width) : 0;
    for (let i = 0; i < count; i++) {
      const index = indices[i] as number;
      if (Number.isInteger(index) && index >= 0 && index < rows) continue;
      if (width === 0) break;
      throw new ArgumentError(
        `${FUSED.gatherBytes}: expected indices from 0 to ${rows - 1}, got ${index} at ${i}`,
      );
    }
    const output = allocate(backend, shape);
    const module = sideModule(backend);
    // First which row, counted in the copy, then the copy.
    const order = module.scratch(count + Math.ceil((count * width) / 4));
    const { memory } = module;
    new Int32Array(memory.buffer, order, count).forEach((_, i, positions) => {
      positions[i] = i;
    });
    const copy = order + 4 * count;
    for (let i = 0; i < count; i++) {
      const from = (indices[i] as number) * width;
      memory.set(bytes.subarray(from, from + width), copy + i * width);
    }
    const to = pointer(backend, output);
    module.kernels.gatherBytes(copy, order, to, count, width, count, divisor);
    return output;
  },
);
