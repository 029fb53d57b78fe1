const WIDTH = 40;
/** Eighths of a character, none to a full one. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** One line a class: its name, a bar as long as its probability, and the probability in per cent. */
export function bars(names: readonly string[], probabilities: ArrayLike<number>): string {
  const widest = Math.max(...names.map((name) => name.length));
  return names
    .map((name, i) => {
      const probability = probabilities[i] as number;
      const eighths = Math.round(probability * WIDTH * 8);
      const bar = "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
      const percent = (100 * probability).toFixed(2).padStart(6);
      return `${name.padStart(widest)} ${bar.padEnd(WIDTH)} ${percent} %`;
    })
    .join("\n");
}
