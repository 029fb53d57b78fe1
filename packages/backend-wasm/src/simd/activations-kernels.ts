/**
 * Functions of one value, activations and their gradients among them. All arrays are `size` floats; outputs may
 * be an input's own memory. `y` is the activation's output and `x` its input.
 */
export interface ActivationKernels {
  /** y = 0 where x <= 0, else x, a NaN too. */
  relu(x: number, y: number, size: number): void;
  /** dx = 0 where y <= 0, else dy (so a NaN lets dy through, as in torch). `y` may be the input. */
  reluGrad(dy: number, y: number, dx: number, size: number): void;
  /** dx = 0 where y <= 0 or y >= 6, else dy. `y` may be the input. */
  relu6Grad(dy: number, y: number, dx: number, size: number): void;
  /** dx = dy where x > 0, else alpha · dy. */
  leakyReluGrad(dy: number, x: number, dx: number, size: number, alpha: number): void;
  /** dx = dy · (1 − y) · y. */
  sigmoidGrad(dy: number, y: number, dx: number, size: number): void;
  /** dx = dy · (1 − y²). */
  tanhGrad(dy: number, y: number, dx: number, size: number): void;
  /** dx = dy where y > 0, else dy · (y + alpha). */
  eluGrad(dy: number, y: number, dx: number, size: number, alpha: number): void;
  /** Relative error below 4e-7. */
  tanh(x: number, y: number, size: number): void;
  /** y = eˣ, relative error below 1e-7. */
  exponential(x: number, y: number, size: number): void;
  squareRoot(x: number, y: number, size: number): void;
  /** y = 1 / √x. */
  inverseSquareRoot(x: number, y: number, size: number): void;
  /** y = x · Φ(x), by erf; absolute error below 3e-7 · max(1, |x|). */
  gelu(x: number, y: number, size: number): void;
  /** dx = dy · (Φ(x) + x · φ(x)). */
  geluGrad(dy: number, x: number, dx: number, size: number): void;
  /** y = x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
  geluTanh(x: number, y: number, size: number): void;
  geluTanhGrad(dy: number, x: number, dx: number, size: number): void;
  /** y = x · sigmoid(x). */
  silu(x: number, y: number, size: number): void;
  siluGrad(dy: number, x: number, dx: number, size: number): void;
}
