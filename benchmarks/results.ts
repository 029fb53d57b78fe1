import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, platform, release, totalmem } from "node:os";

const RESULTS = new URL("results/", import.meta.url);

/** What every result says of the machine it is from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core in the minute before: more than 0 to 1 is others at work. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()}`,
    node: process.version,
    load: loadavg()[0] as number,
  };
}

export async function writeResults(name: string, results: object): Promise<void> {
  await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`);
}

/** Null when it was never measured. */
export async function readResults<T>(name: string): Promise<T | null> {
  const text = await readFile(new URL(`${name}.json`, RESULTS), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as T);
}
