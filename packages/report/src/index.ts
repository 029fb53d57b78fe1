export type { SummarizedModule, SummarizedParameter } from "./summary/layer-calls.ts";
export {
  type LayerSummary,
  ModelSummary,
  type ModelSummaryFields,
} from "./summary/model-summary.ts";
export { type SummaryInput, type SummaryOptions, summary } from "./summary/summary.ts";
