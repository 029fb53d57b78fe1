export type { Row } from "../charts/curves.ts";
export type { ConfusionMatrixTable } from "./confusion-table.ts";
export { type HtmlReportOptions, htmlReport } from "./html-report.ts";
export type { Sample } from "./sample-list.ts";
