/** Has the digit on the pad read: one question at a time, and when its answer has come, about the newest digit. */
export class Predictions {
  readonly #digit: () => Float32Array | null;
  readonly #ask: (id: number, pixels: Float32Array) => void;
  readonly #show: (probabilities: Float32Array) => void;
  #asked: { readonly id: number; readonly digit: Float32Array } | null = null;
  #questions = 0;

  /** @param digit - what is on the pad now, `[784]`, 0..1; null for nothing. */
  constructor(
    digit: () => Float32Array | null,
    ask: (id: number, pixels: Float32Array) => void,
    show: (probabilities: Float32Array) => void,
  ) {
    this.#digit = digit;
    this.#ask = ask;
    this.#show = show;
  }

  /** Asks again: the digit or the model has changed. */
  refresh(): void {
    const digit = this.#digit();
    if (digit === null || this.#asked !== null) return;
    this.#asked = { id: ++this.#questions, digit };
    this.#ask(this.#questions, digit);
  }

  answer(id: number, probabilities: Float32Array): void {
    if (this.#asked?.id !== id) return;
    const { digit } = this.#asked;
    this.#asked = null;
    if (this.#digit() !== null) this.#show(probabilities);
    if (this.#digit() !== digit) this.refresh();
  }

  /** No answer will come. */
  forget(): void {
    this.#asked = null;
  }
}
