// Single kernels, in GFLOP/s or GB/s, against the same of the competitors, interleaved.
// Usage: npm run bench:kernels -w benchmarks -- [--rounds 9] [--only <part of a name>]
import { parseArgs } from "node:util";
import { Child } from "./child.ts";
import { installCompetitors, KINDLING, PYTORCH_1, TFJS_CPU, TFJS_WASM } from "./contenders.ts";
import { KERNEL_CASES, type KernelCase } from "./kernel-cases.ts";
import { type Race, race, rounded } from "./race.ts";
import { type Machine, machine, writeResults } from "./results.ts";

export type KernelResult = Race &
  Omit<KernelCase, "sizes"> & {
    /** In `unit`, by contender. */
    readonly rate: Record<string, number>;
  };

export interface KernelResults {
  readonly machine: Machine;
  readonly about: Record<string, Readonly<Record<string, string>>>;
  readonly rounds: number;
  readonly kernels: readonly KernelResult[];
}

const WARM_UP_MS = 60;
const ROUND_MS = 15;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, only: { type: "string", default: "" } },
});
const rounds = Number(values.rounds);
const cases = KERNEL_CASES.filter(({ op, group }) => `${op} ${group}`.includes(values.only));

const before = machine();
installCompetitors();
const children = await Promise.all(
  [...KINDLING, PYTORCH_1, TFJS_WASM, TFJS_CPU].map((contender) => Child.start(contender)),
);
const kernels: KernelResult[] = [];
for (const { sizes, ...kernel } of cases) {
  const task = { task: "kernel", op: kernel.op, sizes } as const;
  const result = await race(children, task, { rounds, warmUpMs: WARM_UP_MS, roundMs: ROUND_MS });
  const rate = Object.entries(result.ms).map(([name, ms]) => [
    name,
    rounded(kernel.work / ms / 1e6),
  ]);
  kernels.push({ ...kernel, rate: Object.fromEntries(rate), ...result });
  console.log(`${kernel.op} ${kernel.shape}: ${summary(kernels.at(-1) as KernelResult)}`);
}
const about = Object.fromEntries(children.map((child) => [child.name, child.about]));
for (const child of children) child.end();

const results: KernelResults = { machine: before, about, rounds, kernels };
if (values.only === "") await writeResults("kernels", results);

function summary({ rate, ratio, unit }: KernelResult): string {
  const parts = Object.entries(rate).map(([name, value]) => {
    const times = ratio[name] === undefined ? "" : ` (${ratio[name].toPrecision(3)}×)`;
    return `${name} ${value.toPrecision(3)}${times}`;
  });
  return `${parts.join(", ")} ${unit}`;
}
