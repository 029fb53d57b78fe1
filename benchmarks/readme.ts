// Writes the results into README.md and benchmarks/README.md. Usage: npm run bench:readme -w benchmarks
import { writeFile } from "node:fs/promises";
import { readmes } from "./readme-blocks.ts";

for (const { file, expected } of await readmes()) await writeFile(file, expected);
