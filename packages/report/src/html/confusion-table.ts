import { ArgumentError } from "@kindling/core";
import { type Html, html } from "./escape.ts";

/** A confusion matrix for {@link htmlReport}. */
export interface ConfusionMatrixTable {
  /** Rows are true classes, columns predicted ones: what `ConfusionMatrix.compute` gives. */
  readonly counts: readonly (readonly number[])[];
  /** Names of the classes. @defaultValue 0, 1, … */
  readonly classes?: readonly string[];
}

/** @throws {ArgumentError} when it is not square, or the names are not one a class. */
export function confusionTable({ counts, classes }: ConfusionMatrixTable): Html {
  const names = classes ?? counts.map((_, i) => String(i));
  if (names.length !== counts.length || counts.some((row) => row.length !== counts.length)) {
    throw new ArgumentError(
      `htmlReport: expected a confusion matrix of ${names.length} rows and columns, ` +
        `got rows of ${counts.map((row) => row.length).join(", ") || "none"}`,
    );
  }
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count) => {
      // By row: a rare class's mistakes are seen as well as a common one's.
      const share = total > 0 ? Math.min(Math.max(count / total, 0), 1) : 0;
      return html`<td style="background:rgba(var(--heat),${(share * 0.6).toFixed(2)})">${count}</td>`;
    });
    return html`<tr><th scope="row">${names[i] ?? i}</th>${cells}</tr>\n`;
  });
  const head = names.map((name) => html`<th scope="col">${name}</th>`);
  return html`<p class="status">Rows are true classes, columns predicted ones.</p>
<div class="scroll"><table class="matrix"><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
