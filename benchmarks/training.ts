// One training step of both networks on every competitor, interleaved; medians go to results/training.json.
// Usage: npm run bench -- [rounds]. Competitors that cannot run say why.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

interface Competitor {
  readonly name: string;
  readonly command: readonly string[];
  /** Takes seconds a step: measured with one step a round, at the smallest batch only. */
  readonly slow?: boolean;
}

type Answer = { readonly ms?: number; readonly error?: string; readonly ready?: boolean };

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PYTHON = process.env.KINDLING_PYTHON ?? "python3";
const SOURCE = ["--conditions=@kindling/source", "--import", "tsx"];
const COMPETITORS: readonly Competitor[] = [
  { name: "kindling", command: [process.execPath, ...SOURCE, "adapters/kindling.ts"] },
  { name: "pytorch, 1 thread", command: [PYTHON, "adapters/pytorch.py", "1"] },
  { name: "pytorch, 2 threads", command: [PYTHON, "adapters/pytorch.py", "2"] },
  { name: "tfjs-layers, wasm", command: [process.execPath, "competitors/tfjs-layers.js", "wasm"] },
  {
    name: "tfjs-layers, cpu",
    command: [process.execPath, "competitors/tfjs-layers.js", "cpu"],
    slow: true,
  },
  { name: "jax-js, wasm", command: [process.execPath, "competitors/jax-js.js"], slow: true },
];
const MODELS = ["reference", "larger"];
const BATCHES = [64, 256];
const STEPS = 10;
const ROUNDS = Number(process.argv[2] ?? 7);

/** One process a competitor: several of them own tfjs's `wasm` backend. */
class Child {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #failure = "ended without an answer";

  constructor([program = "", ...parameters]: readonly string[]) {
    this.#process = spawn(program, parameters, { cwd: FOLDER, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#failure = error.message;
    });
    this.#process.stdin?.on("error", () => undefined); // it ended: the missing answer says so
    this.#process.stderr?.on("data", (text) => {
      this.#failure = /^\w*Error.*/m.exec(String(text))?.[0] ?? this.#failure;
    });
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async answer(): Promise<Answer> {
    const { value, done } = await this.#answers.next();
    return done ? { error: this.#failure } : JSON.parse(value);
  }

  ask(request: object): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  end(): void {
    this.#process.kill();
  }
}

if (!existsSync(`${FOLDER}competitors/node_modules`)) {
  execFileSync("npm", ["install", "--no-package-lock"], { cwd: `${FOLDER}competitors` });
}
const children = COMPETITORS.map((competitor) => ({
  competitor,
  child: new Child(competitor.command),
}));
for (const { child } of children) await child.answer();
const times = new Map<string, number[]>();
const errors: Record<string, string> = {};
for (const model of MODELS) {
  for (const batch of BATCHES) {
    // Round 0 warms up and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { competitor, child } of children) {
        const { name, slow = false } = competitor;
        if (errors[name] !== undefined || (slow && (batch > 64 || round > 2))) continue;
        const { ms, error } = await child.ask({ model, batch, steps: slow ? 1 : STEPS });
        if (ms === undefined) errors[name] = error ?? "no time";
        else if (round > 0) {
          const key = `${model} ${batch} ${name}`;
          times.set(key, [...(times.get(key) ?? []), ms]);
        }
      }
    }
  }
}
for (const { child } of children) child.end();

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const rows = MODELS.flatMap((model) =>
  BATCHES.map((batch) => {
    const steps = COMPETITORS.flatMap(({ name }) => {
      const samples = times.get(`${model} ${batch} ${name}`);
      return samples ? [[name, Math.round(100 * median(samples)) / 100] as const] : [];
    });
    return { model, batch, ms: Object.fromEntries(steps) };
  }),
);
const cpu = { model: cpus()[0]?.model, count: cpus().length };
const report = { machine: cpu, node: process.version, rounds: ROUNDS, steps: STEPS, rows, errors };
await writeFile(`${FOLDER}results/training.json`, `${JSON.stringify(report, null, 2)}\n`);
for (const { model, batch, ms } of rows) {
  console.log(`${model}, batch ${batch}`);
  console.table(ms);
}
for (const [name, error] of Object.entries(errors)) console.log(`${name}: cannot run: ${error}`);
