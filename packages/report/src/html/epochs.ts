import { curves, keysOf, type Row } from "../charts/curves.ts";
import { type Html, html, raw } from "./escape.ts";

/** More rows than this are cut in the middle: nobody reads them, and browsers take long to lay them out. */
const MOST_ROWS = 1000;

/** A chart a metric, training and validation together. */
export function charts(history: readonly Row[]): Html {
  const pictures = groupsOf(history).map(({ name, keys }) =>
    raw(curves(history, { metrics: keys, title: name, theme: "page", width: 560, height: 300 })),
  );
  return html`<div class="charts">${pictures}</div>`;
}

/** The table of epochs, the lowest of each loss in bold; which way other metrics are better is not known here. */
export function epochTable(history: readonly Row[]): Html {
  if (history.length === 0) return html`<p>No epoch was completed.</p>`;
  const keys = keysOf(history);
  const best = new Map(keys.filter(isLoss).map((key) => [key, lowest(history, key)]));
  const row = (values: Row): Html => {
    const cells = keys.map((key) => {
      const value = values[key];
      const isBest = value !== undefined && Number.isFinite(value) && value === best.get(key);
      const text = value === undefined ? "–" : format(key, value);
      return isBest ? html`<td class="best">${text}</td>` : html`<td>${text}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  };
  const omitted = history.length - MOST_ROWS;
  const half = MOST_ROWS / 2;
  const rows =
    omitted <= 0
      ? history.map(row)
      : [
          ...history.slice(0, half).map(row),
          html`<tr class="omitted"><td colspan="${keys.length}">${omitted.toLocaleString("en-US")} more</td></tr>`,
          ...history.slice(-half).map(row),
        ];
  return html`<div class="scroll"><table><thead><tr>${keys.map((key) => html`<th scope="col">${key}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

interface Group {
  readonly name: string;
  readonly keys: readonly string[];
}

/** `trainLoss` and `valLoss` are one picture, `loss`; what has no such name is one of its own. */
function groupsOf(history: readonly Row[]): Group[] {
  const groups = new Map<string, string[]>([["loss", []]]);
  for (const key of keysOf(history)) {
    if (key === "epoch" || key === "seconds") continue;
    const [, base = key] = /^(?:train|val)([A-Z].*)$/.exec(key) ?? [];
    const name = base === key ? key : base.charAt(0).toLowerCase() + base.slice(1);
    groups.set(name, [...(groups.get(name) ?? []), key]);
  }
  return Array.from(groups, ([name, keys]) => ({ name, keys })).filter(
    ({ keys }) => keys.length > 0 || history.length === 0,
  );
}

function isLoss(key: string): boolean {
  return /loss$/i.test(key);
}

function lowest(history: readonly Row[], key: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (const row of history) {
    const value = row[key];
    if (value !== undefined && value < least) least = value;
  }
  return least;
}

function format(key: string, value: number): string {
  if (key === "epoch" || key === "step" || !Number.isFinite(value)) return String(value);
  if (key === "seconds") return value.toFixed(1);
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e6) ? value.toFixed(4) : value.toExponential(2);
}
