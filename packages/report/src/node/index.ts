export { environment } from "./environment.ts";
export type { Dataformats, HostImage } from "./events/image-pixels.ts";
export type { Hparams, HparamValue } from "./events/protos.ts";
export { type JsonLinesLogOptions, jsonLinesLog } from "./json-lines-log.ts";
export {
  type Report,
  type ReportDetails,
  type ReportOptions,
  type ReportState,
  report,
} from "./report.ts";
export {
  type AddHparamsOptions,
  type AddImageOptions,
  type AddOptions,
  SummaryWriter,
  type SummaryWriterOptions,
} from "./summary-writer.ts";
export { type HasStateDict, type TensorBoardOptions, tensorBoard } from "./tensor-board.ts";
export { type ToPngOptions, toPng } from "./to-png.ts";
