export { type CsvLogOptions, csvLog } from "./csv-log.ts";
export { type ProgressOptions, progress } from "./progress.ts";
