// Runs in a process of its own, which `runExamples` starts.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { engine } from "@tensorflow/tfjs-core";
import { agrees } from "./agrees.ts";
import { show } from "./show.ts";

interface Job {
  readonly module: string;
  readonly file: string;
  readonly line: number;
}

type Shows = (value: unknown, expected: string, line: number, printed?: boolean) => Promise<void>;

interface ExampleModule {
  readonly shown: readonly number[];
  default(folder: string, shows: Shows): Promise<void>;
}

/** Runs each module with a folder of its own, and prints a line for each fault. */
export async function runAll(
  jobs: readonly Job[],
  load: (module: string) => Promise<ExampleModule>,
): Promise<void> {
  const fault = (text: string): void =>
    process.stdout.write(`fault ${JSON.stringify(text)}\n`) as never;
  console.log = () => {};
  for (const { module, file, line } of jobs) {
    const folder = await mkdtemp(join(process.cwd(), "example-"));
    process.chdir(folder);
    await selectBackend(wasm());
    engine().startScope();
    try {
      const example = await load(module);
      const missing = new Set(example.shown);
      await example.default(folder, async (value, expected, at, printed = false) => {
        missing.delete(at);
        const shown = printed ? await print(value as unknown[]) : await result(value);
        if (!agrees(shown, expected)) fault(`${file}:${at}: expected ${expected}, got ${shown}`);
      });
      for (const at of missing)
        fault(`${file}:${at}: expected a value, got none: the line never ran`);
    } catch (error) {
      fault(`${file}:${line}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    } finally {
      engine().endScope();
      process.chdir("..");
    }
  }
  process.stdout.write("\nall examples ran\n", () => process.exit());
}

/** What a value shows; a function was made by `exampleModule`, for an error. */
async function result(value: unknown): Promise<string> {
  if (typeof value !== "function") return show(value);
  try {
    return `no error but ${await show(await value())}`;
  } catch (error) {
    return show(error);
  }
}

async function print(values: readonly unknown[]): Promise<string> {
  const texts = values.map((value) => (typeof value === "string" ? value : show(value)));
  return (await Promise.all(texts)).join(" ");
}
