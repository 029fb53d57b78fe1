import { centreDigit } from "../centre-digit.ts";
import { byId } from "./elements.ts";
import { drawDigit } from "./pictures.ts";

/** Of the pad's 280 pixels: about two of the 20 that a digit is scaled to. */
const STROKE = 20;
/** How far an arrow key moves the pen. */
const KEY_STEP = 10;
const ARROWS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

/** The pad to draw on, by pointer or keys. */
export class Pad {
  /** The digit on it as the network sees it: `[784]`, 0..1; null when there is none. */
  digit: Float32Array | null = null;
  readonly #canvas = byId("pad", HTMLCanvasElement);
  readonly #seen = byId("seen", HTMLCanvasElement);
  readonly #pen = byId("pen", HTMLElement);
  readonly #context: CanvasRenderingContext2D;
  readonly #onChange: () => void;
  #at = { x: 140, y: 140 };
  #penDown = false;
  #frame: number | null = null;

  /** @param onChange - called when `digit` has changed, once a frame at most. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (context === null)
      throw new TypeError("Pad: expected a canvas that can be drawn on, got none");
    context.lineWidth = STROKE;
    context.lineCap = "round";
    context.lineJoin = "round";
    this.#context = context;
    this.#listen();
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#changed();
  }

  /** Puts a digit of the dataset on the pad, as it is. */
  show(pixels: Uint8Array): void {
    const picture = document.createElement("canvas");
    drawDigit(picture, pixels);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#context.drawImage(picture, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#set(Float32Array.from(pixels, (ink) => ink / 255));
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#at = this.#position(event);
      this.#strokeTo(this.#at);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const each of events.length > 0 ? events : [event]) {
        this.#strokeTo(this.#position(each));
      }
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.#showPen());
    canvas.addEventListener("blur", () => {
      this.#penDown = false;
      this.#pen.hidden = true;
    });
    byId("clear", HTMLButtonElement).addEventListener("click", () => this.clear());
  }

  #key(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      const { width, height } = this.#canvas;
      const to = {
        x: Math.min(width, Math.max(0, this.#at.x + arrow[0])),
        y: Math.min(height, Math.max(0, this.#at.y + arrow[1])),
      };
      if (this.#penDown) this.#strokeTo(to);
      this.#at = to;
    } else if (event.key === " ") {
      this.#penDown = !this.#penDown;
      if (this.#penDown) this.#strokeTo(this.#at);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.#showPen();
  }

  #showPen(): void {
    // Only for those who see a focus ring: a mouse needs no second pointer.
    this.#pen.hidden = !this.#canvas.matches(":focus-visible");
    this.#pen.classList.toggle("down", this.#penDown);
    this.#pen.style.left = `${(100 * this.#at.x) / this.#canvas.width}%`;
    this.#pen.style.top = `${(100 * this.#at.y) / this.#canvas.height}%`;
  }

  #position({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return {
      x: ((clientX - left) / width) * this.#canvas.width,
      y: ((clientY - top) / height) * this.#canvas.height,
    };
  }

  #strokeTo(to: { readonly x: number; readonly y: number }): void {
    this.#context.beginPath();
    this.#context.moveTo(this.#at.x, this.#at.y);
    this.#context.lineTo(to.x, to.y);
    this.#context.stroke();
    this.#at = { ...to };
    this.#changed();
  }

  #changed(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const { width, height } = this.#canvas;
      const { data } = this.#context.getImageData(0, 0, width, height);
      const ink = Uint8Array.from({ length: width * height }, (_, i) => data[4 * i + 3] ?? 0);
      this.#set(centreDigit(ink, width, height));
    });
  }

  #set(digit: Float32Array | null): void {
    this.digit = digit;
    drawDigit(this.#seen, digit?.map((ink) => 255 * ink) ?? new Uint8Array(28 * 28));
    this.#onChange();
  }
}
