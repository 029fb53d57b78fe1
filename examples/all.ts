// Runs every numbered example beside this file, one after the other; exits with 1 if any fails.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const examples = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name));
const failed = examples.filter((name) => {
  const start = performance.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, name], {
    cwd: folder,
    stdio: "inherit",
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  return status !== 0;
});
if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
