import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { CurvePoints } from "../curve-points.ts";
import { byId } from "./elements.ts";

interface CurveOptions {
  readonly format: (value: number) => string;
  readonly smoothing?: number;
  /** The lowest and highest value shown, from those of the data. */
  readonly range: (min: number, max: number) => [number, number];
}

/** One figure: training's values, a smooth line through them, and validation's. */
export class Curve {
  readonly #container: HTMLElement;
  readonly #options: CurveOptions;
  readonly #plot: uPlot;
  #points: CurvePoints;
  #frame: number | null = null;

  constructor(id: string, options: CurveOptions) {
    this.#container = byId(id, HTMLElement);
    this.#options = options;
    this.#points = new CurvePoints(options.smoothing);
    this.#plot = new uPlot(this.#settings(), this.#points.columns, this.#container);
    new ResizeObserver(() => this.#resize()).observe(this.#container);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      this.#plot.redraw(false),
    );
    this.clear();
  }

  add(step: number, value: number): void {
    this.#points.add(step, value);
    this.#draw();
  }

  mark(step: number, value: number): void {
    this.#points.mark(step, value);
    this.#draw();
  }

  clear(): void {
    this.#points = new CurvePoints(this.#options.smoothing);
    this.#draw();
  }

  // Once a frame, however many values came.
  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#container.classList.toggle("empty", this.#points.isEmpty);
      this.#plot.setData(this.#points.columns);
    });
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#container;
    if (width > 0 && (width !== this.#plot.width || height !== this.#plot.height)) {
      this.#plot.setSize({ width, height });
    }
  }

  #settings(): uPlot.Options {
    const { format, range } = this.#options;
    const grid = { stroke: () => colour("--line"), width: 1 };
    const axis = { stroke: () => colour("--muted"), grid, ticks: { ...grid, size: 4 } };
    return {
      width: this.#container.clientWidth || 300,
      height: this.#container.clientHeight || 200,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: {
          time: false,
          range: (_, min, max) => (min === max ? [0, 100] : [min ?? 0, max ?? 100]),
        },
        y: { range: (_, min, max) => range(min ?? 0, max ?? 1) },
      },
      axes: [
        { ...axis, size: 28, values: (_, steps) => steps.map((step) => step.toLocaleString("en")) },
        { ...axis, size: 52, values: (_, values) => values.map(format) },
      ],
      series: [
        {},
        { stroke: () => colour("--train-faint"), width: 1, points: { show: false } },
        { stroke: () => colour("--train"), width: 2, points: { show: false } },
        {
          stroke: () => colour("--validation"),
          width: 2,
          spanGaps: true,
          points: { show: true, size: 8, fill: () => colour("--validation") },
        },
      ],
    };
  }
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
