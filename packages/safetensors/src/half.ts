// Not Float16Array: browsers of 2025 have it, Node 20 and 22 do not.

/** IEEE half precision: 1 sign bit, 5 of exponent, 10 of fraction. Exact. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i] as number;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      // Zero and the subnormals: the fraction counts 2⁻²⁴.
      result[i] = fraction * 2 ** -24;
      words[i] = (words[i] as number) | sign;
    } else {
      // 112 is the difference of the biases, 127 - 15; infinities and NaN have all ones in both.
      const wide = exponent === 0x1f ? 0xff : exponent + 112;
      words[i] = sign | (wide << 23) | (fraction << 13);
    }
  }
  return result;
}

/** The upper half of a float32. Exact. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return result;
}
