// Functions of one value: activations, their gradients in one pass, roots and the like. Every function is the same
// loop, four floats at a time and the last 1 to 3 as lanes, around a formula that is chosen by a constant:
// the compiler keeps only the chosen one. What needs the exponential goes by eight, which share the
// formula's many constants (15 % faster). Outputs may be inputs' own memory.
import { exp } from "./exp";
import { loadLanes, storeLanes } from "./gather-lanes";
import { fma } from "./vector";

const RELU: i32 = 0;
const RELU6: i32 = 1;
const LEAKY_RELU: i32 = 2;
const SIGMOID: i32 = 3;
const TANH: i32 = 4;
const ELU: i32 = 5;
const GELU: i32 = 6;
const GELU_TANH: i32 = 7;
const SILU: i32 = 8;
const EXP: i32 = 9;
const SQRT: i32 = 10;
const RSQRT: i32 = 11;

export function reluGrad(dy: usize, y: usize, dx: usize, size: i32): void {
  mapGradient(RELU, dy, y, dx, size, 0);
}

export function relu6Grad(dy: usize, y: usize, dx: usize, size: i32): void {
  mapGradient(RELU6, dy, y, dx, size, 0);
}

export function leakyReluGrad(dy: usize, x: usize, dx: usize, size: i32, alpha: f32): void {
  mapGradient(LEAKY_RELU, dy, x, dx, size, alpha);
}

export function sigmoidGrad(dy: usize, y: usize, dx: usize, size: i32): void {
  mapGradient(SIGMOID, dy, y, dx, size, 0);
}

export function tanhGrad(dy: usize, y: usize, dx: usize, size: i32): void {
  mapGradient(TANH, dy, y, dx, size, 0);
}

export function eluGrad(dy: usize, y: usize, dx: usize, size: i32, alpha: f32): void {
  mapGradient(ELU, dy, y, dx, size, alpha);
}

export function geluGrad(dy: usize, x: usize, dx: usize, size: i32): void {
  mapGradient(GELU, dy, x, dx, size, 0);
}

export function geluTanhGrad(dy: usize, x: usize, dx: usize, size: i32): void {
  mapGradient(GELU_TANH, dy, x, dx, size, 0);
}

export function siluGrad(dy: usize, x: usize, dx: usize, size: i32): void {
  mapGradient(SILU, dy, x, dx, size, 0);
}

export function relu(x: usize, y: usize, size: i32): void {
  mapValue(RELU, x, y, size);
}

export function tanh(x: usize, y: usize, size: i32): void {
  mapValue(TANH, x, y, size);
}

export function exponential(x: usize, y: usize, size: i32): void {
  mapValue(EXP, x, y, size);
}

export function squareRoot(x: usize, y: usize, size: i32): void {
  mapValue(SQRT, x, y, size);
}

export function inverseSquareRoot(x: usize, y: usize, size: i32): void {
  mapValue(RSQRT, x, y, size);
}

export function gelu(x: usize, y: usize, size: i32): void {
  mapValue(GELU, x, y, size);
}

export function geluTanh(x: usize, y: usize, size: i32): void {
  mapValue(GELU_TANH, x, y, size);
}

export function silu(x: usize, y: usize, size: i32): void {
  mapValue(SILU, x, y, size);
}

// @ts-ignore: decorator
@inline
function mapGradient(op: i32, dy: usize, v: usize, dx: usize, size: i32, alpha: f32): void {
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(alpha);
  const end = <usize>(size & ~3) << 2;
  let at: usize = 0;
  for (; op >= GELU && at + 16 < end; at += 32) {
    const first = gradient(op, v128.load(dy + at), v128.load(v + at), slope);
    const second = gradient(op, v128.load(dy + at, 16), v128.load(v + at, 16), slope);
    v128.store(dx + at, first);
    v128.store(dx + at, second, 16);
  }
  for (; at < end; at += 16) {
    v128.store(dx + at, gradient(op, v128.load(dy + at), v128.load(v + at), slope));
  }
  const rest = size & 3;
  if (rest == 0) return;
  const upstream = loadLanes(dy + at, rest, zero);
  storeLanes(dx + at, gradient(op, upstream, loadLanes(v + at, rest, zero), slope), rest);
}

// @ts-ignore: decorator
@inline
function mapValue(op: i32, x: usize, y: usize, size: i32): void {
  const end = <usize>(size & ~3) << 2;
  let at: usize = 0;
  for (; at + 16 < end; at += 32) {
    const first = value(op, v128.load(x + at));
    const second = value(op, v128.load(x + at, 16));
    v128.store(y + at, first);
    v128.store(y + at, second, 16);
  }
  for (; at < end; at += 16) v128.store(y + at, value(op, v128.load(x + at)));
  const rest = size & 3;
  if (rest != 0) storeLanes(y + at, value(op, loadLanes(x + at, rest, f32x4.splat(0))), rest);
}

// dy times the slope at v, which is the activation's input or output.
// @ts-ignore: decorator
@inline
function gradient(op: i32, dy: v128, v: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (op == RELU) return v128.andnot(dy, f32x4.le(v, zero));
  if (op == RELU6) {
    return v128.andnot(dy, v128.or(f32x4.le(v, zero), f32x4.ge(v, f32x4.splat(6))));
  }
  if (op == LEAKY_RELU) return v128.bitselect(dy, f32x4.mul(dy, alpha), f32x4.gt(v, zero));
  if (op == SIGMOID) return f32x4.mul(f32x4.mul(dy, f32x4.sub(one, v)), v);
  if (op == TANH) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(v, v)));
  if (op == ELU) {
    return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(v, alpha)), f32x4.gt(v, zero));
  }
  if (op == GELU) {
    const e = gaussian(v);
    const density = f32x4.mul(e, f32x4.splat(0.39894228));
    return f32x4.mul(dy, fma(v, density, normalCdf(v, e)));
  }
  if (op == GELU_TANH) {
    const s = sigmoid(twiceInner(v));
    // d/dx of twiceInner.
    const inner = fma(f32x4.mul(v, v), f32x4.splat(0.21406810), f32x4.splat(1.59576912));
    const bend = f32x4.mul(f32x4.mul(s, f32x4.sub(one, s)), inner);
    return f32x4.mul(dy, fma(v, bend, s));
  }
  const s = sigmoid(v);
  return f32x4.mul(dy, f32x4.mul(s, fma(v, f32x4.sub(one, s), one)));
}

// @ts-ignore: decorator
@inline
function value(op: i32, x: v128): v128 {
  if (op == RELU) return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
  if (op == TANH) return hyperbolic(x);
  if (op == EXP) return exp(x);
  if (op == SQRT) return f32x4.sqrt(x);
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == GELU) {
    const half = f32x4.splat(0.5);
    return f32x4.mul(x, fma(erf(f32x4.mul(x, f32x4.splat(0.70710678))), half, half));
  }
  // (1 + tanh u) / 2 is the sigmoid of 2u.
  const u = op == GELU_TANH ? twiceInner(x) : x;
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(u))));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

/**
 * The hyperbolic tangent, relative error below 4e-7: near 0 a polynomial (Cephes' tanhf), which keeps the
 * digits that 1 − 2 / (e²ˣ + 1) loses there.
 */
// @ts-ignore: decorator
@inline
function hyperbolic(x: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.mul(x, x);
  let p = fma(t, f32x4.splat(-5.70498872745e-3), f32x4.splat(2.06390887954e-2));
  p = fma(p, t, f32x4.splat(-5.37397155531e-2));
  p = fma(p, t, f32x4.splat(1.33314422036e-1));
  p = fma(p, t, f32x4.splat(-3.33332819422e-1));
  const near = fma(f32x4.mul(p, t), x, x);
  const growth = f32x4.add(exp(f32x4.add(x, x)), one);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), growth));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
}

// 2·√(2/π)·(x + 0.044715·x³).
// @ts-ignore: decorator
@inline
function twiceInner(x: v128): v128 {
  const square = f32x4.mul(x, x);
  return f32x4.mul(x, fma(square, f32x4.splat(0.07135604), f32x4.splat(1.59576912)));
}

/**
 * The error function as a quotient of polynomials, absolute error below 2e-7 (Eigen's float32 erf): half
 * the time of one by way of the exponential. From ±4 on it is ±1, so that gelu ends in 0.
 */
// @ts-ignore: decorator
@inline
function erf(x: v128): v128 {
  const one = f32x4.splat(1);
  // With x first, NaN stays.
  const z = f32x4.pmax(f32x4.pmin(x, f32x4.splat(4)), f32x4.splat(-4));
  const t = f32x4.mul(z, z);
  let p = fma(t, f32x4.splat(-2.72614225801306e-10), f32x4.splat(2.77068142495902e-8));
  p = fma(p, t, f32x4.splat(-2.10102402082508e-6));
  p = fma(p, t, f32x4.splat(-5.69250639462346e-5));
  p = fma(p, t, f32x4.splat(-7.34990630326855e-4));
  p = fma(p, t, f32x4.splat(-2.95459980854025e-3));
  p = fma(p, t, f32x4.splat(-1.60960333262415e-2));
  let q = fma(t, f32x4.splat(-1.45660718464996e-5), f32x4.splat(-2.13374055278905e-4));
  q = fma(q, t, f32x4.splat(-1.68282697438203e-3));
  q = fma(q, t, f32x4.splat(-7.37332916720468e-3));
  q = fma(q, t, f32x4.splat(-1.42647390514189e-2));
  const inside = f32x4.div(f32x4.mul(z, p), q);
  const sign = v128.bitselect(f32x4.splat(-1), one, f32x4.lt(x, f32x4.splat(0)));
  return v128.bitselect(sign, inside, f32x4.ge(f32x4.abs(x), f32x4.splat(4)));
}

// exp(−x² / 2).
// @ts-ignore: decorator
@inline
function gaussian(x: v128): v128 {
  return exp(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
}

/**
 * The normal distribution function of x, (1 + erf(x / √2)) / 2, given e = exp(−x² / 2): Abramowitz and
 * Stegun 7.1.26, whose error is below 0.8e-7 here.
 */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, fma(f32x4.abs(x), f32x4.splat(0.23164189), one));
  let p = fma(t, f32x4.splat(0.530702715), f32x4.splat(-0.7265760135));
  p = fma(p, t, f32x4.splat(0.7107068705));
  p = fma(p, t, f32x4.splat(-0.142248368));
  p = fma(p, t, f32x4.splat(0.127414796));
  const tail = f32x4.mul(f32x4.mul(p, t), e);
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}
