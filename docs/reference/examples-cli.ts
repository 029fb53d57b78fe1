// npm run reference:examples [-- package…]: compiles and runs the examples of doc comments.
import { checkPrograms } from "../blocks/index.ts";
import { entries } from "./entries.ts";
import { exampleModule } from "./example-module.ts";
import { examplesOf } from "./examples.ts";
import { publicApi } from "./public-names.ts";
import { runExamples } from "./run-examples.ts";

const all = [...new Set(entries().map((entry) => entry.package))];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`expected packages of ${all.join(", ")}, got ${unknown}`);
const api = publicApi();
const examples = new Map(wanted.map((name) => [name, examplesOf(name)]));
const programs = [...examples.values()].flat().map((example) => ({
  name: example.file,
  source: exampleModule(example, api),
}));
const faults = checkPrograms(programs);
for (const list of examples.values()) {
  faults.push(
    ...(await runExamples(
      list.filter(({ runs }) => runs),
      api,
    )),
  );
}
for (const fault of faults) console.log(fault);
console.log(`${programs.length} examples, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
