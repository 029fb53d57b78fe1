// `npm run audit`: known vulnerabilities in what the published packages bring, as the registry knows them.
import { spawnSync } from "node:child_process";
import { auditOutcome } from "./audit-outcome.ts";
import { publishedPackages, ROOT } from "./published-packages.ts";

const workspaces = publishedPackages().map(({ folder }) => `--workspace=${folder}`);
const { stdout, error } = spawnSync("npm", ["audit", "--json", "--omit=dev", ...workspaces], {
  cwd: ROOT,
  encoding: "utf8",
  shell: process.platform === "win32", // npm is a .cmd there
});
if (error) throw error;
const { status, lines } = auditOutcome(stdout);
for (const line of lines) console.log(line);
process.exitCode = status === "vulnerable" ? 1 : 0;
