import { execFileSync } from "node:child_process";

const ALL = ["20", "22", "24", "26"];

/** The major versions of Node to run on: KINDLING_NODES, such as `20,22`; every one without it. */
export function wantedNodes(wanted: string | undefined = process.env.KINDLING_NODES): string[] {
  if (wanted === undefined || wanted === "") return ALL;
  return wanted.split(",").map((name) => name.trim());
}

/** The path of a Node of this major version, which the npm package `node` brings. */
export function nodeOf(major: string): string {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  const parameters = ["exec", "--yes", `--package=node@${major}`, "--", "node", "-p"];
  return execFileSync("npm", [...parameters, "process.execPath"], { encoding: "utf8" }).trim();
}
