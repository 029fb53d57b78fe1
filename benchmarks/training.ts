// One training step of both networks by every competitor, interleaved; and how many kernels it is.
// Usage: npm run bench:training -w benchmarks -- [--rounds 7]
import { parseArgs } from "node:util";
import { Child } from "./child.ts";
import {
  installCompetitors,
  JAX_JS,
  KINDLING,
  KINDLING_WINOGRAD,
  PYTORCH_1,
  PYTORCH_2,
  TFJS_COMPOSED,
  TFJS_CPU,
  TFJS_WASM,
} from "./contenders.ts";
import { type Race, race } from "./race.ts";
import { type Machine, machine, writeResults } from "./results.ts";

export interface TrainingResults {
  readonly machine: Machine;
  readonly about: Record<string, Readonly<Record<string, string>>>;
  readonly rounds: number;
  /** Kindling's, by model; `computing` are those that do more than give a tensor another name or shape. */
  readonly kernelsPerStep: Record<string, { readonly all: number; readonly computing: number }>;
  /** What each process held at most, by contender. */
  readonly peakMb: Record<string, number | null>;
  readonly rows: readonly (Race & { readonly model: string; readonly batch: number })[];
}

const MODELS = ["reference", "larger"];
const BATCHES = [64, 256];
const WARM_UP_MS = 400;
const ROUND_MS = 300;
/** What takes longer at the smallest batch is not asked for a larger one. */
const PATIENCE_MS = 2000;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(values.rounds);

const before = machine();
installCompetitors();
const contenders = [
  ...KINDLING,
  KINDLING_WINOGRAD,
  PYTORCH_1,
  PYTORCH_2,
  TFJS_WASM,
  TFJS_COMPOSED,
  TFJS_CPU,
  JAX_JS,
];
const children = await Promise.all(contenders.map((contender) => Child.start(contender)));
const rows: (Race & { model: string; batch: number })[] = [];
for (const model of MODELS) {
  let racing = children;
  const tooSlow: Record<string, string> = {};
  for (const batch of BATCHES) {
    const options = { rounds, warmUpMs: WARM_UP_MS, roundMs: ROUND_MS };
    const result = await race(racing, { task: "step", model, batch }, options);
    Object.assign(result.errors, tooSlow);
    rows.push({ model, batch, ...result });
    for (const [name, ms] of Object.entries(result.ms)) {
      if (ms > PATIENCE_MS) tooSlow[name] = "too slow";
    }
    racing = racing.filter(({ name }) => tooSlow[name] === undefined);
    console.log(`${model}, batch ${batch}`);
    console.table(
      children.map(({ name }) => ({
        name,
        ms: result.ms[name],
        ratio: result.ratio[name],
        error: result.errors[name],
      })),
    );
  }
}
const peaks = await Promise.all(children.map(async (child) => [child.name, await child.peakMb()]));
const about = Object.fromEntries(children.map((child) => [child.name, child.about]));
for (const child of children) child.end();

// Counted in another process, since counting slows a step down.
const counter = await Child.start(KINDLING[0] as (typeof KINDLING)[number]);
const kernelsPerStep: Record<string, { all: number; computing: number }> = {};
for (const model of MODELS) {
  const answer = await counter.ask({ task: "profile", repeats: 1, model, batch: 64 });
  if (answer.error !== undefined) throw new Error(`kernels of a step: ${answer.error}`);
  kernelsPerStep[model] = {
    all: answer.kernels as number,
    computing: answer.computing as number,
  };
}
counter.end();
console.log("kernels in a step", kernelsPerStep);

const results: TrainingResults = {
  ...{ machine: before, about, rounds, kernelsPerStep },
  peakMb: Object.fromEntries(peaks),
  rows,
};
await writeResults("training", results);
