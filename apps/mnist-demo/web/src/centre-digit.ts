// MNIST's own preparation of a digit, for one that was drawn.

/** The side of a digit's picture. */
const SIDE = 28;
/** The side of the square that its ink fits into. */
const BOX = 20;
/** Less ink than this, 0..255, is none. */
const FAINT = 16;

/**
 * A drawing as MNIST has its digits: scaled so that its ink fits into 20 × 20 pixels, and moved so that the
 * ink's centre of mass is the middle of 28 × 28.
 *
 * @param ink - `[height · width]`, 0..255, in rows.
 * @returns `[784]`, 0..1; null when there is no ink.
 */
export function centreDigit(
  ink: ArrayLike<number>,
  width: number,
  height: number,
): Float32Array | null {
  const box = measure(ink, width, height);
  if (box === null) return null;
  const scale = Math.max(box.width, box.height) / BOX; // source pixels a pixel
  const left = start(box.x, box.left, box.width, scale);
  const top = start(box.y, box.top, box.height, scale);
  const columns = Array.from({ length: SIDE }, (_, i) => shares(left + i * scale, scale, width));
  const digit = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (const [y, down] of shares(top + row * scale, scale, height)) {
      columns.forEach((column, i) => {
        for (const [x, across] of column) {
          const at = row * SIDE + i;
          digit[at] = (digit[at] ?? 0) + (down * across * (ink[y * width + x] ?? 0)) / 255;
        }
      });
    }
  }
  return digit;
}

// Where the picture begins for its middle to be the ink's centre, but so that no ink is cut off.
function start(centre: number, edge: number, length: number, scale: number): number {
  const side = SIDE * scale;
  return Math.min(edge, Math.max(edge + length - side, centre - side / 2));
}

interface Ink {
  /** The centre of mass. */
  readonly x: number;
  readonly y: number;
  /** The bounding box. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function measure(ink: ArrayLike<number>, width: number, height: number): Ink | null {
  let [mass, sumX, sumY] = [0, 0, 0];
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink[y * width + x] ?? 0;
      if (value < FAINT) continue;
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (mass === 0) return null;
  const size = { width: right - left + 1, height: bottom - top + 1 };
  return { x: sumX / mass, y: sumY / mass, left, top, ...size };
}

// The source pixels under a stretch, and how much of the stretch each is; outside there is no ink.
function shares(start: number, length: number, size: number): [index: number, share: number][] {
  const result: [number, number][] = [];
  const last = Math.min(size, Math.ceil(start + length));
  for (let i = Math.max(0, Math.floor(start)); i < last; i++) {
    const overlap = Math.min(i + 1, start + length) - Math.max(i, start);
    if (overlap > 0) result.push([i, overlap / length]);
  }
  return result;
}
