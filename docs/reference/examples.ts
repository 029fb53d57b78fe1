import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readBlocks } from "../blocks/index.ts";
import { ROOT } from "./entries.ts";

/** An `@example` of a doc comment. */
export interface Example {
  /** The folder in packages. */
  readonly package: string;
  /** From the repository's root: `packages/layers/src/linear.ts`. */
  readonly file: string;
  /** Of the first line of code, counted from 1. */
  readonly line: number;
  readonly source: string;
  /** False for ```` ```ts no-run ````: compiled only, for what needs a browser or a device. */
  readonly runs: boolean;
}

const COMMENT = /\/\*\*[\s\S]*?\*\//g;

/** The examples of a package's sources, in the order of file and line. Blocks of other languages are text. */
export function examplesOf(name: string): Example[] {
  const folder = join(ROOT, "packages", name, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter(
      (file) =>
        file.endsWith(".ts") && !/\.(test|test-d|browser|webgpu|tensorflow)\.ts$/.test(file),
    )
    .sort()
    .flatMap((file) => {
      const path = join(folder, file);
      return examplesIn(name, relative(ROOT, path), readFileSync(path, "utf8"));
    });
}

function examplesIn(name: string, file: string, text: string): Example[] {
  const examples: Example[] = [];
  for (const { 0: comment, index } of text.matchAll(COMMENT)) {
    if (!comment.includes("@example")) continue;
    const above = text.slice(0, index).split("\n").length - 1;
    const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
    for (const { language, info, source, line } of readBlocks(lines.join("\n"))) {
      if (language !== "ts") continue;
      if (info !== "" && info !== "no-run") {
        throw new Error(`${file}:${above + line - 1}: expected ts or ts no-run, got ts ${info}`);
      }
      examples.push({ package: name, file, line: above + line, source, runs: info === "" });
    }
  }
  return examples;
}
