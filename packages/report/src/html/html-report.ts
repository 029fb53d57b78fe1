import type { Row } from "../charts/curves.ts";
import { type ConfusionMatrixTable, confusionTable } from "./confusion-table.ts";
import { charts, epochTable } from "./epochs.ts";
import { type Html, html, raw } from "./escape.ts";
import { type Sample, sampleList } from "./sample-list.ts";
import { STYLE } from "./style.ts";

/** What {@link htmlReport} shows; a section that nothing is given for is left out. */
export interface HtmlReportOptions {
  /** The report's heading. */
  title: string;
  /** What `fit` returned: a row an epoch. May be empty. */
  history: readonly Row[];
  /** What was chosen for the run: batch size, learning rate, seed, … @defaultValue none */
  configuration?: Readonly<Record<string, unknown>>;
  /** What it ran on: backend, versions, machine; `environment()` of `/node` gives them. @defaultValue none */
  environment?: Readonly<Record<string, unknown>>;
  /** A table with the share of each row as a colour. @defaultValue none */
  confusionMatrix?: ConfusionMatrixTable;
  /** Pictures with their labels and predictions; what is wrong is marked. @defaultValue none */
  samples?: readonly Sample[];
  /** Of the model: what `summary` returns, or a text. @defaultValue none */
  summary?: { toString(): string };
  /** Why the run ended before its last epoch. @defaultValue null: it did not */
  stopReason?: string | null;
  /** What the run failed with. @defaultValue none */
  error?: unknown;
  /** When it was made, as it is to be read. @defaultValue none */
  date?: string;
}

/**
 * A run as one HTML page: curves, epochs, configuration, environment, and what else is given.
 *
 * The page needs nothing but itself: no scripts, no network (a policy in it forbids both), readable in
 * light, dark and on paper. All texts are escaped.
 *
 * @throws {ArgumentError} when the confusion matrix is not square or a sample's size does not fit.
 *
 * @example
 * ```ts
 * const page = htmlReport({ title: "First run", history, configuration: { lr: 1e-3, seed: 0 } });
 * ```
 */
export function htmlReport(options: HtmlReportOptions): string {
  const { title, history, configuration, environment, summary } = options;
  const { confusionMatrix, samples, error } = options;
  const parts = [
    ...(error === undefined || error === null ? [] : [errorBox(error)]),
    section("Curves", charts(history)),
    section("Epochs", epochTable(history)),
    ...(confusionMatrix ? [section("Confusion matrix", confusionTable(confusionMatrix))] : []),
    ...(samples?.length ? [section("Samples", sampleList(samples))] : []),
    ...(configuration ? [section("Configuration", pairs(configuration))] : []),
    ...(environment ? [section("Environment", pairs(environment))] : []),
    ...(summary ? [section("Model", html`<pre>${summary.toString()}</pre>`)] : []),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1>
<p class="status">${statusOf(options)}</p></header>
<main>
${parts}
</main>
</body>
</html>
`.source;
}

function statusOf({ history, error, stopReason, date }: HtmlReportOptions): string {
  const epochs = history.length === 1 ? "1 epoch" : `${history.length} epochs`;
  const seconds = history.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const end =
    error !== undefined && error !== null
      ? ["failed"]
      : stopReason
        ? [`stopped: ${stopReason}`]
        : [];
  const time = seconds > 0 ? [duration(seconds)] : [];
  return [epochs, ...time, ...end, ...(date ? [date] : [])].join(" · ");
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function section(heading: string, content: Html): Html {
  return html`<section><h2>${heading}</h2>\n${content}</section>\n`;
}

function pairs(values: Readonly<Record<string, unknown>>): Html {
  const rows = Object.entries(values).map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${textOf(value)}</td></tr>\n`,
  );
  return html`<table class="pairs"><tbody>${rows}</tbody></table>`;
}

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle, or a BigInt within.
    return Object.prototype.toString.call(value);
  }
}

function errorBox(error: unknown): Html {
  return html`<section class="error" role="alert"><h2>The run failed</h2>\n<pre>${errorText(error)}</pre></section>\n`;
}

/** The message and those of its causes. No stack: its paths are the machine's, and a report is passed on. */
function errorText(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current !== undefined && lines.length < 5; ) {
    lines.push((lines.length > 0 ? "caused by " : "") + describe(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.join("\n");
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "an error that cannot be printed";
  }
}
