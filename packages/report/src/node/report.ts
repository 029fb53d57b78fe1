/// <reference types="node" />
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Callback } from "@kindling/trainer";
import type { Row } from "../charts/curves.ts";
import type { HtmlReportOptions } from "../html/html-report.ts";
import { environment as thisEnvironment } from "./environment.ts";

/** What the end of a run adds to its report. */
export type ReportDetails = Pick<
  HtmlReportOptions,
  "configuration" | "confusionMatrix" | "samples" | "summary"
>;

/** What {@link report} takes. */
export interface ReportOptions extends ReportDetails {
  /** The page's file; folders on the way are made, and a file of this name is replaced. */
  path: string;
  /** @defaultValue "Training report" */
  title?: string;
  /** What it ran on. @defaultValue what `environment()` gives at the end */
  environment?: Readonly<Record<string, unknown>>;
  /** More that only the end of the run knows, such as a confusion matrix. @defaultValue none */
  details?: () => ReportDetails | Promise<ReportDetails>;
}

/** What {@link report} remembers. */
export interface ReportState {
  /** The metrics of the epochs so far. */
  readonly rows: readonly Row[];
}

/** {@link report} with its memory: the epochs so far. */
export interface Report extends Callback {
  /** A copy, for the checkpoint. */
  readonly state: () => ReportState;
  /** Takes over a saved state's epochs; the run goes on after them. */
  readonly restore: (state: ReportState) => void;
}

/**
 * Writes the run as one HTML page when it ends, also when it is stopped or fails; then with the error.
 *
 * @example
 * ```ts
 * report({ path: "runs/first.html", title: "First run", configuration: { lr: 1e-3, seed: 0 } });
 * ```
 */
export function report({
  path,
  title = "Training report",
  environment,
  details,
  ...fixed
}: ReportOptions): Report {
  let rows: Row[] = [];
  let error: unknown;
  let isRunning = false;
  let isRestored = false;

  return {
    name: "report",

    onTrainStart() {
      if (!isRestored) rows = [];
      isRestored = false;
      isRunning = true;
      error = undefined;
    },

    onEpochEnd({ epoch, metrics, seconds }) {
      rows.push({ epoch, ...metrics, seconds });
    },

    onError(context) {
      // Whatever was thrown, the page is to say that something was.
      error = context.error ?? new Error(String(context.error));
    },

    async onTrainEnd({ stopReason }) {
      isRunning = false;
      // A report without the details is better than none, whatever they fail with.
      let late: ReportDetails = {};
      let failure: { readonly cause: unknown } | undefined;
      try {
        late = (await details?.()) ?? {};
      } catch (cause) {
        failure = { cause };
      }
      // Here, because the charts take most of a second to load.
      const { htmlReport } = await import("../html/html-report.ts");
      const options: HtmlReportOptions = {
        ...fixed,
        ...late,
        title,
        history: rows,
        stopReason,
        environment: environment ?? thisEnvironment(),
        error: error ?? failure?.cause,
        date: new Date().toISOString().slice(0, 16).replace("T", " ").concat(" UTC"),
      };
      await replaceFile(path, htmlReport(options));
      if (failure !== undefined) throw failure.cause;
    },

    state() {
      return { rows: [...rows] };
    },

    restore(state) {
      rows = [...state.rows];
      isRestored = !isRunning;
    },
  };
}

/** A reader sees the old page or the new one, never a half. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
