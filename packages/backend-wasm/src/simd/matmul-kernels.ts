/**
 * Floats of scratch that `matMul` needs, whatever the sizes: blocks of both matrices
 * (assembly/matmul.ts).
 */
export const MATMUL_SCRATCH_FLOATS: number = 256 * (256 + 1) + 16 * 256;

export interface MatMulKernels {
  /**
   * out[m, n] = a · b for each of `batch` pairs, which lie `aStep`, `bStep` and `outStep` floats
   * apart (0 to use one for all). `a` is [m, k], or [k, m] when transposed; `b` is [k, n], or [n,
   * k]. k = 0 gives zeros. `scratch` holds `MATMUL_SCRATCH_FLOATS`.
   */
  matMul(
    a: number,
    b: number,
    out: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    batch: number,
    aStep: number,
    bStep: number,
    outStep: number,
    scratch: number,
  ): void;
}
