import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFile } from "../blocks/run-program.ts";
import { ROOT } from "./entries.ts";
import { exampleModule } from "./example-module.ts";
import type { Example } from "./examples.ts";
import type { PublicApi } from "./public-names.ts";

/**
 * Runs examples one after another in one process on the wasm backend, each a module of its own.
 *
 * @returns one line a fault, `file:line: what went wrong`; none when all is well.
 */
export async function runExamples(examples: readonly Example[], api: PublicApi): Promise<string[]> {
  const cache = join(ROOT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const modules = await mkdtemp(join(cache, "kindling-examples-"));
  const folder = await mkdtemp(join(tmpdir(), "kindling-examples-"));
  try {
    const jobs = examples.map(({ file, line }, i) => ({
      module: `./example-${i}.mts`,
      file,
      line,
    }));
    await Promise.all(
      examples.map((example, i) =>
        writeFile(join(modules, `example-${i}.mts`), exampleModule(example, api)),
      ),
    );
    const runner = JSON.stringify(join(ROOT, "docs/reference/example-runner.ts"));
    await writeFile(
      join(modules, "main.mts"),
      `import { runAll } from ${runner};\nawait runAll(${JSON.stringify(jobs)}, (module) => import(module));\n`,
    );
    const { stdout, stderr, code } = await runFile(join(modules, "main.mts"), folder, 120_000);
    const report = stdout.split("\n").filter((line) => line.startsWith("fault "));
    const faults = report.map((line) => JSON.parse(line.slice(6)) as string);
    if (!stdout.includes("\nall examples ran\n")) {
      faults.push(`the process ended early with code ${code}: ${stderr || stdout.slice(-2000)}`);
    }
    return faults;
  } finally {
    await rm(modules, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
