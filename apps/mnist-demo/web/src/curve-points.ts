/** More points than this are thinned out: a screen shows no more, and drawing them takes time. */
const MOST = 3000;
/** How much of the smoothed line is the newest value. */
const SMOOTHING = 0.08;

/** The points of one figure, in the columns that uPlot takes. */
export class CurvePoints {
  readonly #smoothing: number;
  #steps: number[] = [];
  #raw: (number | null)[] = [];
  #smooth: (number | null)[] = [];
  #validation: (number | null)[] = [];
  #last: number | null = null;

  constructor(smoothing: number = SMOOTHING) {
    this.#smoothing = smoothing;
  }

  /** steps, values, the same smoothed, and validation values; null where there is none. */
  get columns(): [number[], (number | null)[], (number | null)[], (number | null)[]] {
    return [this.#steps, this.#raw, this.#smooth, this.#validation];
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  /** A value of training. */
  add(step: number, value: number): void {
    this.#last = this.#last === null ? value : this.#last + this.#smoothing * (value - this.#last);
    this.#push(step, value, this.#last, null);
    if (this.#steps.length > MOST) this.#thin();
  }

  /** A value of validation, after the step. */
  mark(step: number, value: number): void {
    if (this.#steps.at(-1) === step) this.#validation[this.#validation.length - 1] = value;
    else this.#push(step, null, null, value);
  }

  #push(step: number, raw: number | null, smooth: number | null, validation: number | null): void {
    this.#steps.push(step);
    this.#raw.push(raw);
    this.#smooth.push(smooth);
    this.#validation.push(validation);
  }

  // Every second point goes, but none that validation has a value for.
  #thin(): void {
    const kept = this.#validation.map((value, i) => value !== null || i % 2 === 0);
    const thinned = <T>(column: T[]): T[] => column.filter((_, i) => kept[i]);
    this.#steps = thinned(this.#steps);
    this.#raw = thinned(this.#raw);
    this.#smooth = thinned(this.#smooth);
    this.#validation = thinned(this.#validation);
  }
}
