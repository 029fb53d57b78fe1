// Checked by `tsc -p packages/report`: that what the other packages give is taken here.
import type { AnyModule } from "@kindling/layers";
import type { Callback, History, LearningRateSweep } from "@kindling/trainer";
import { expectTypeOf } from "vitest";
import { curves, learningRateCurve } from "./charts/index.ts";
import { htmlReport } from "./html/index.ts";
import type { ModelSummary, summary } from "./index.ts";
import { type HasStateDict, jsonLinesLog, report, tensorBoard } from "./node/index.ts";

declare const history: History<"accuracy">;
declare const sweep: LearningRateSweep;
declare const modelSummary: ModelSummary;
expectTypeOf(curves(history)).toBeString();
expectTypeOf(htmlReport({ title: "", history, summary: modelSummary })).toBeString();
expectTypeOf(learningRateCurve(sweep)).toBeString();

expectTypeOf<AnyModule>().toExtend<Parameters<typeof summary>[0]>();
expectTypeOf<AnyModule>().toExtend<HasStateDict>();

expectTypeOf(report).returns.toExtend<Callback>();
expectTypeOf(tensorBoard).returns.toExtend<Callback>();
expectTypeOf(jsonLinesLog).returns.toExtend<Callback>();
