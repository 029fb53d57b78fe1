export { type CsvLogOptions, csvLog } from "./csv-log.ts";
export { fileStore } from "./file-store.ts";
export { type ProgressOptions, progress } from "./progress.ts";
export { type StopOnSignalOptions, stopOnSignal } from "./stop-on-signal.ts";
