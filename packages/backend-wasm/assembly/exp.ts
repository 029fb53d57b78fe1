import { fma } from "./vector";

/**
 * eˣ on four lanes, relative error below 1e-7 (8.1e-8 measured); 0 and ∞ where it leaves float32, NaN for NaN.
 *
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2: a polynomial of degree 6 in r (Cephes' expf), times 2ⁿ. The
 * rounding of x / ln 2 to n is the addition of 1.5·2²³, which also leaves n in the low bits; ln 2 is in
 * two parts, the first short enough that n times it is exact without fused multiply-add; and 2ⁿ is two
 * factors, so that results below 2⁻¹²⁶ and above 2¹²⁷ come out right.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const round = f32x4.splat(12582912);
  // pmin and pmax, with x first, leave NaN as it is.
  const inside = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104));
  const shifted = fma(inside, f32x4.splat(1.44269504), round);
  const n = f32x4.sub(shifted, round);
  const r = fma(n, f32x4.splat(2.12194440e-4), fma(n, f32x4.splat(-0.693359375), inside));
  let p = fma(r, f32x4.splat(1.9875691500e-4), f32x4.splat(1.3981999507e-3));
  p = fma(p, r, f32x4.splat(8.3334519073e-3));
  p = fma(p, r, f32x4.splat(4.1665795894e-2));
  p = fma(p, r, f32x4.splat(1.6666665459e-1));
  p = fma(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.sub(shifted, round);
  const half = i32x4.shr_s(power, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(power, half)));
}

// 2ⁿ for integers −126 to 127.
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * The natural logarithm of a normal positive number, relative error below 1e-13; NaN and ∞ as they are.
 *
 * x = 2ⁿ·m with m from √½ to √2, and log m = 2·atanh((m − 1) / (m + 1)) as its series. AssemblyScript's
 * own logarithm brings a table, and this module must hold no data.
 */
export function log(x: f64): f64 {
  if (!(x < Infinity)) return x;
  // The bits of √½, so that the difference's exponent is n.
  const bits = reinterpret<i64>(x);
  const n = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const m = reinterpret<f64>(bits - (n << 52));
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let series = 1.0 / 17;
  series = series * z + 1.0 / 15;
  series = series * z + 1.0 / 13;
  series = series * z + 1.0 / 11;
  series = series * z + 1.0 / 9;
  series = series * z + 1.0 / 7;
  series = series * z + 1.0 / 5;
  series = series * z + 1.0 / 3;
  return <f64>n * 0.6931471805599453 + 2 * s * (series * z + 1);
}
