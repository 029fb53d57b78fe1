import Table from "cli-table3";

/** One thing that training needs, or can use. */
export interface Row {
  readonly name: string;
  /** `ok`, `missing` where training or the GPU lacks it, `none` where that is fine, `note` for a known fault. */
  readonly state: "ok" | "missing" | "none" | "note";
  readonly detail: string;
}

/**
 * The rows in aligned columns, without lines and colours: the same text in a terminal and in a file.
 *
 * @param columns - the terminal's width, into which details are wrapped; undefined for a file, which has none.
 */
export function table(rows: readonly Row[], columns?: number): string {
  const widths = [longest(rows.map(({ name }) => name)), longest(rows.map(({ state }) => state))];
  const left = (columns ?? 0) - widths.reduce((sum, width) => sum + width + GAP.length, 0);
  // Of a window too narrow for any column of text, the terminal makes what it can.
  const width = columns !== undefined && left >= NARROWEST ? left : Number.POSITIVE_INFINITY;
  const grid = new Table({
    chars: PLAIN,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  grid.push(...rows.map(({ name, state, detail }) => [name, state, wrap(detail, width)]));
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** At blanks, and inside of a word that is longer than a line: cli-table3 does one or the other. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length > width && line !== "") lines.push(line);
    line = joined.length > width ? word : joined;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line].join("\n");
}

const GAP = "  ";
const NARROWEST = 20;
const PLAIN = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"]
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`, `left-${side}`])
    .concat("right-mid", "mid-mid", "left-mid")
    .map((name) => [name, ""]),
);
PLAIN.middle = GAP;

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
