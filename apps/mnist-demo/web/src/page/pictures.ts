// Digits and filters as small canvases. Ink is black on nothing: the style sheet inverts it where it is dark.

/** Draws `[side · side]` values, 0 (nothing) to 255 (ink). */
export function drawDigit(canvas: HTMLCanvasElement, pixels: ArrayLike<number>): void {
  const side = Math.sqrt(pixels.length);
  paint(canvas, side, (data) => {
    for (let i = 0; i < pixels.length; i++) data[4 * i + 3] = pixels[i] ?? 0;
  });
}

export function digitPicture(pixels: ArrayLike<number>): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = "ink";
  drawDigit(canvas, pixels);
  return canvas;
}

const ADDS = [234, 88, 12] as const;
const SUBTRACTS = [37, 99, 235] as const;

/** A filter's weights: orange above 0, blue below, the strongest at `largest`. */
export function filterPicture(weights: ArrayLike<number>, largest: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  paint(canvas, Math.sqrt(weights.length), (data) => {
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] ?? 0;
      const strength = largest === 0 ? 0 : Math.abs(weight) / largest;
      data.set([...(weight > 0 ? ADDS : SUBTRACTS), Math.round(255 * strength)], 4 * i);
    }
  });
  return canvas;
}

function paint(
  canvas: HTMLCanvasElement,
  side: number,
  fill: (data: Uint8ClampedArray) => void,
): void {
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(side, side);
  fill(image.data);
  context.putImageData(image, 0, 0);
}
