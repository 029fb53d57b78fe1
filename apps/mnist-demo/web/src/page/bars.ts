import { byId, make, percent, setText } from "./elements.ts";

/** The ten probabilities as bars, and the likeliest digit in words. */
export class Bars {
  readonly #reading = byId("reading", HTMLElement);
  readonly #rows = Array.from({ length: 10 }, (_, digit) => {
    const fill = make("span", { className: "fill" });
    const share = make("span", { className: "share" }, "–");
    const row = make(
      "li",
      {},
      make("span", { className: "digit" }, String(digit)),
      make("span", { className: "bar" }, fill),
      share,
    );
    return { row, fill, share };
  });

  constructor() {
    byId("bars", HTMLOListElement).append(...this.#rows.map(({ row }) => row));
  }

  show(probabilities: Float32Array): void {
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.#rows.forEach(({ row, fill, share }, digit) => {
      const probability = probabilities[digit] ?? 0;
      row.classList.toggle("best", digit === best);
      fill.style.transform = `scaleX(${probability})`;
      share.textContent = percent(probability);
    });
    setText(this.#reading, best < 0 ? "It sees no digit in this." : `It reads a ${best}.`);
  }

  clear(): void {
    for (const { row, fill, share } of this.#rows) {
      row.classList.remove("best");
      fill.style.transform = "scaleX(0)";
      share.textContent = "–";
    }
    setText(this.#reading, "Draw, or pick one of the digits below.");
  }
}
