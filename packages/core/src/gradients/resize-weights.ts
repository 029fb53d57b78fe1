/** How one axis is resized, as tfjs's and TensorFlow's kernels do it. */
type Weights = (
  from: number,
  to: number,
  alignCorners: boolean,
  halfPixelCenters: boolean,
) => Float32Array;

/** The matrix `[to, from]` of linear interpolation along an axis. */
export const linearWeights: Weights = (from, to, alignCorners, halfPixelCenters) => {
  const weights = new Float32Array(to * from);
  const ratio = scale(from, to, alignCorners);
  for (let i = 0; i < to; i++) {
    const place = halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i;
    const inside = Math.min(Math.max(place, 0), from - 1);
    const low = Math.floor(inside);
    const high = Math.min(low + 1, from - 1);
    const row = i * from;
    weights[row + low] = 1 - (inside - low);
    if (high !== low) weights[row + high] = inside - low;
  }
  return weights;
};

/** The matrix `[to, from]` that takes the nearest value along an axis. */
export const nearestWeights: Weights = (from, to, alignCorners, halfPixelCenters) => {
  const weights = new Float32Array(to * from);
  const ratio = scale(from, to, alignCorners);
  for (let i = 0; i < to; i++) {
    const place = ratio * (halfPixelCenters ? i + 0.5 : i);
    const nearest = alignCorners ? Math.round(place) : Math.floor(place);
    weights[i * from + Math.min(nearest, from - 1)] = 1;
  }
  return weights;
};

function scale(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}
