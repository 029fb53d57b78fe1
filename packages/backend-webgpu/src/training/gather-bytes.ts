import { ArgumentError, FUSED, type GatherBytesAttributes } from "@kindling/core";
import { type KernelConfig, util } from "@tensorflow/tfjs-core";
import { expectIntegers, expectNumber } from "./checks.ts";
import { allocate, defineKernel } from "./kernel.ts";
import { dispatch, elementwise, groupsFor, upload } from "./recorder.ts";

/** Rows of bytes in host memory to floats on the device: they travel as bytes, a quarter of the floats. */
export const gatherBytes: KernelConfig = defineKernel<object, GatherBytesAttributes>(
  FUSED.gatherBytes,
  ({ attrs, backend }) => {
    check(attrs);
    const { bytes, width, indices, divisor, shape } = attrs;
    const output = allocate(backend, shape);
    const size = indices.length * width;
    if (size === 0) return output;
    const packed = new Uint8Array(4 * Math.ceil(size / 4));
    for (let i = 0; i < indices.length; i++) {
      const from = (indices[i] as number) * width;
      packed.set(bytes.subarray(from, from + width), i * width);
    }
    // Devices are little-endian: byte i is the bits from 8 · (i % 4) of word i / 4.
    const words = upload(backend, packed.buffer, "storage");
    dispatch(backend, {
      label: FUSED.gatherBytes,
      code: elementwise(
        "  output[i] = f32((words[i / 4u] >> (8u * (i % 4u))) & 255u) / u.divisor;",
      ),
      reads: { words },
      writes: { output },
      uniforms: { size: ["u32", size], divisor: ["f32", divisor] },
      workgroups: groupsFor(size),
    });
    return output;
  },
);

function check({ bytes, width, indices, divisor, shape }: GatherBytesAttributes): void {
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
  for (let i = 0; i < count && width > 0; i++) {
    const index = indices[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < rows) continue;
    throw new ArgumentError(
      `${FUSED.gatherBytes}: expected indices from 0 to ${rows - 1}, got ${index} at ${i}`,
    );
  }
}
