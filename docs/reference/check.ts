// npm run reference [-- package…]: says what the public names' doc comments lack, and exits with 1 then.
import { checkReference } from "./check-reference.ts";
import { publicApi } from "./public-names.ts";

const api = publicApi();
const all = [...new Set(api.names.map(({ entry }) => entry.package))];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`expected packages of ${all.join(", ")}, got ${unknown}`);
const faults = wanted.flatMap((name) => checkReference(name, api));
for (const fault of faults) console.log(fault);
console.log(
  `${api.names.filter(({ entry }) => wanted.includes(entry.package)).length} names, ${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
