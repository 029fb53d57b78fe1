/// <reference types="node" />
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The TensorFlow to recommend: the newest whose CUDA libraries all open with no settings. */
export const RECOMMENDED = "2.20.0";

/** Installs into the environment that has this TensorFlow: `/env/bin/python -m pip install …`. */
export function pipInstall(tensorflowFolder: string | null, ...packages: string[]): string {
  const quoted = packages.map((name) => (/[^\w.=-]/.test(name) ? `'${name}'` : name));
  return `${pip(tensorflowFolder)} install ${quoted.join(" ")}`;
}

// The folder is <environment>/lib/python3.11/site-packages/tensorflow.
function pip(tensorflowFolder: string | null): string {
  if (tensorflowFolder === null) return "pip";
  const python = resolve(tensorflowFolder, "../../../../bin/python");
  return existsSync(python) ? `${python} -m pip` : "pip";
}
