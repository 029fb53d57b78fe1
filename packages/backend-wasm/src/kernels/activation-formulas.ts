// For tests: activations and their slopes in float64.

/** The density of the normal distribution. */
function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Its integral: a power series near 0, a continued fraction of the tail away from it; both to 1e-15. */
function integral(x: number): number {
  const z = Math.abs(x);
  if (z < 4) {
    let [term, sum] = [z, z];
    for (let k = 1; k < 120; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 + Math.sign(x) * density(x) * sum;
  }
  let fraction = z;
  for (let k = 120; k > 0; k--) fraction = z + k / fraction;
  const tail = density(x) / fraction;
  return x < 0 ? tail : 1 - tail;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export const silu = (x: number): number => x * sigmoid(x);
export const siluSlope = (x: number): number => sigmoid(x) * (1 + x * (1 - sigmoid(x)));

export const gelu = (x: number): number => x * integral(x);
export const geluSlope = (x: number): number => integral(x) + x * density(x);

const inner = (x: number): number => Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
export const geluTanh = (x: number): number => (x / 2) * (1 + inner(x));
export function geluTanhSlope(x: number): number {
  const t = inner(x);
  const steepness = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
  return (1 + t) / 2 + (x / 2) * (1 - t * t) * steepness;
}
