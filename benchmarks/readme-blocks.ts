// The parts of README.md and benchmarks/README.md that come from results/, between the two markers.
import { readFile } from "node:fs/promises";
import type { JobResults } from "./job.ts";
import { GROUPS } from "./kernel-cases.ts";
import type { KernelResult, KernelResults } from "./kernels.ts";
import type { MemoryResults } from "./memory.ts";
import { type Machine, readResults } from "./results.ts";
import type { TrainingResults } from "./training.ts";

const [START, END] = ["<!-- benchmark:start -->", "<!-- benchmark:end -->"];

/** Every file that has a generated part: its text now, and as the results have it. */
export async function readmes(): Promise<{ file: URL; now: string; expected: string }[]> {
  const training = await readResults<TrainingResults>("training");
  const kernels = await readResults<KernelResults>("kernels");
  const job = await readResults<JobResults>("job");
  const memory = await readResults<MemoryResults>("memory");
  const front = [
    training && trainingBlock(training),
    job && jobBlock(job),
    memory && memoryBlock(memory),
    kernels && groupBlock(kernels),
  ];
  const blocks = {
    "../README.md": front,
    "../docs/guide/performance.md": front.map((part) => part && withWholeLinks(part)),
    "README.md": [kernels && kernelBlock(kernels)],
  };
  return Promise.all(
    Object.entries(blocks).map(async ([path, parts]) => {
      const file = new URL(path, import.meta.url);
      const now = await readFile(file, "utf8");
      const block = parts.filter((part) => part !== null).join("\n\n");
      return { file, now, expected: withBlock(now, block) };
    }),
  );
}

/** The site does not have this folder. */
function withWholeLinks(part: string): string {
  return part.replaceAll("](benchmarks/", `](${REPOSITORY}/benchmarks/`);
}

const REPOSITORY = "https://github.com/kindling-ml/kindling/blob/main";

export function withBlock(text: string, block: string): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`expected ${START} and ${END}, got neither or one`);
  return `${text.slice(0, start + START.length)}\n${block}\n${text.slice(end)}`;
}

export function trainingBlock({ machine, about, rounds, rows, kernelsPerStep }: TrainingResults) {
  const torch = about["PyTorch, 1 thread"]?.torch ?? "not there";
  const intro =
    "Milliseconds for one training step with Adam, and how many times those of PyTorch with one thread: " +
    `medians of ${rounds} interleaved rounds on ${described(machine)}, torch ${torch} ` +
    "([how](benchmarks/README.md), [results](benchmarks/results/training.json)). " +
    "The larger network has 32 and 64 channels and a dense layer of 128.";
  const body = Object.keys(about).map((name) => [
    name,
    ...rows.map(({ ms, ratio, errors }) => cell(ms[name], ratio[name], errors[name])),
  ]);
  const columns = rows.map(({ model, batch }) => `${model}, batch ${batch}`);
  const { all, computing } = kernelsPerStep.reference as { all: number; computing: number };
  const count = `A step of the reference network is ${all} kernels, of which ${computing} compute.`;
  return [intro, table(["", ...columns], body), count].join("\n\n");
}

export function jobBlock({ machine, seconds, testAccuracy, peakMb, errors }: JobResults): string {
  const rows = Object.keys({ ...seconds, ...errors }).map((name) => [
    name,
    cell(seconds[name], undefined, errors[name]),
    testAccuracy[name] === undefined ? "" : `${(100 * testAccuracy[name]).toFixed(2)} %`,
    peakMb[name] === undefined ? "" : `${peakMb[name]} MB`,
  ]);
  const intro = `The whole job, five epochs of MNIST from reading the files to the test, on ${described(machine)}:`;
  return [intro, table(["", "seconds", "test accuracy", "peak memory"], rows)].join("\n\n");
}

export function memoryBlock({ steps, stepMb, samples, tensorCounts }: MemoryResults): string {
  const [first, last] = [samples[0]?.wasmHeapMb, samples.at(-1)?.wasmHeapMb];
  return (
    `A step of the reference network takes ${stepMb.peak} MB of tensors at most and leaves ${stepMb.held} MB, ` +
    `the model and Adam's state. In ${steps.toLocaleString("en")} steps the number of tensors was ` +
    `${tensorCounts.join(" or ")} after each, and the wasm heap went from ${first} to ${last} MB.`
  );
}

export function groupBlock({ kernels }: KernelResults): string {
  const names = contenders(kernels).filter((name) => name !== "tfjs, cpu");
  const rows = GROUPS.map((group) => {
    const own = kernels.filter((kernel) => kernel.group === group);
    const means = names.map((name) => {
      const ratios = own.flatMap(({ ratio }) => ratio[name] ?? []);
      if (ratios.length === 0) return "none";
      const some = ratios.length < own.length ? `, has ${ratios.length}` : "";
      return `${geometricMean(ratios).toPrecision(2)}×${some}`;
    });
    return [`${group} (${own.length})`, ...means];
  });
  const intro =
    "Single kernels by kind, as times of PyTorch's time with one thread (geometric means; " +
    "[each of them](benchmarks/README.md#kernels)):";
  return [intro, table(["kernels", ...names], rows)].join("\n\n");
}

export function kernelBlock({ machine, rounds, kernels }: KernelResults): string {
  const names = contenders(kernels);
  const rows = kernels.map(({ op, shape, unit, rate, ratio, errors }) => [
    `${op} ${shape}`,
    unit,
    ...names.map((name) => cell(rate[name], ratio[name], errors[name])),
  ]);
  const intro =
    `Rates, and times of PyTorch's time with one thread: medians of ${rounds} interleaved rounds on ` +
    `${described(machine)}. \`copy\` is the speed of memory.`;
  return [intro, table(["kernel", "", ...names], rows)].join("\n\n");
}

function contenders(kernels: readonly KernelResult[]): string[] {
  return [...new Set(kernels.flatMap(({ rate }) => Object.keys(rate)))];
}

function described({ cpu, cores, node }: Machine): string {
  return `${cores} cores of an ${cpu}, Node ${node.slice(1)}`;
}

function cell(value?: number, ratio?: number, error?: string): string {
  if (value === undefined) return reason(error);
  const digits = short(value);
  return ratio === undefined ? digits : `${digits} (${short(ratio)}×)`;
}

function reason(error = "–"): string {
  const lacking = /^Kernel '(\w+)' not registered/.exec(error)?.[1];
  return lacking === undefined ? error : `no \`${lacking}\``;
}

/** Three significant digits, two below 10. */
function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(value < 10 ? 2 : 3);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map(() => "---");
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
