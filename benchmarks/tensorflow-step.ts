// A training step of both networks on TensorFlow's CPU kernels by way of tfjs-node: Kindling with its kernels and
// with plain ops, and tfjs as it ships, beside PyTorch with two threads; and what a step asks of the native library.
// It wants what the tests of packages/backend-tensorflow do: a library from `kindling-tensorflow setup`, and
// tfjs-node where Node finds it.
//
//   npm run bench:tensorflow -w benchmarks -- [--rounds 9] [--batch 64] [--model reference|larger]
import { loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Child } from "./child.ts";
import { type Contender, PYTORCH_2 } from "./contenders.ts";
import { median, rounded } from "./race.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    batch: { type: "string", default: "64" },
    model: { type: "string", multiple: true, default: ["reference", "larger"] },
  },
});
const BATCH = Number(values.batch);
const ROUNDS = Number(values.rounds);
const ROUND_MS = 400;
const PAUSE_MS = 50;

function ours(name: string, kind: string, environment: Record<string, string> = {}): Contender {
  const flags = ["--conditions=@kindling/source", "--import", "tsx"];
  const adapter = fileURLToPath(new URL("./adapters/tensorflow.ts", import.meta.url));
  const silent = { TF_CPP_MIN_LOG_LEVEL: "3", ...environment };
  return { name, command: [process.execPath, ...flags, adapter, kind], environment: silent };
}

const KINDLING = ours("Kindling", "kindling");
const STOCK = ours("tfjs-node", "stock");
const contenders = [
  KINDLING,
  ours("Kindling, one thread", "kindling", { TF_NUM_INTRAOP_THREADS: "1" }),
  ours("Kindling, plain ops", "plain"),
  STOCK,
  PYTORCH_2,
];
const children = await Promise.all(contenders.map((contender) => Child.start(contender)));

async function time(child: Child, model: string, ms: number, last: number): Promise<number> {
  await setTimeout(PAUSE_MS);
  const repeats = Math.max(1, Math.round(ms / last));
  const answer = await child.ask({ task: "step", repeats, model, batch: BATCH });
  if (answer.ms === undefined) throw new Error(`${child.name}: ${answer.error}`);
  return answer.ms;
}

for (const model of values.model) {
  const times = new Map(children.map((child) => [child, [] as number[]]));
  const loads: number[] = [];
  for (const child of children) {
    const first = await time(child, model, 1, 1);
    times.get(child)?.push(await time(child, model, 2 * ROUND_MS, first));
  }
  const warm = new Map([...times].map(([child, [ms]]) => [child, ms as number]));
  for (const list of times.values()) list.length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    loads.push(loadavg()[0] as number);
    const order = children.toSorted(() => Math.random() - 0.5);
    for (const child of order) {
      times.get(child)?.push(await time(child, model, ROUND_MS, warm.get(child) as number));
    }
  }
  const baseline = times.get(children.at(-1) as Child) as number[];
  console.log(
    `${model}, batch ${BATCH}: medians of ${ROUNDS} rounds, load ${loads.map((load) => load.toFixed(1)).join(" ")}`,
  );
  const rows = await Promise.all(
    [...times].map(async ([child, list]) => {
      const request = { task: "profile", repeats: 1, model, batch: BATCH } as const;
      const { ms: _, error: __, ...calls } = await child.ask(request);
      return {
        name: child.name,
        "ms a step": rounded(median(list)),
        "× PyTorch": rounded(median(list.map((ms, i) => ms / (baseline[i] as number)))),
        ...calls,
      };
    }),
  );
  console.table(rows);
}
for (const child of children) child.end();
