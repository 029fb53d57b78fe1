// What a bundle has of a package of which it imports one name, and how large the packages are.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { stagedEntries } from "./staging/entries.ts";
import { ROOT } from "./supply-chain/published-packages.ts";

/** Names that only these layers' own code spells out. */
const OTHERS = ["Conv2d", "Embedding", "LayerNorm", "MaxPool2d", "Dropout", "CrossEntropyLoss"];
/**
 * Of whole entries, with the 8 kB of gradients that take the place of tfjs's. 45 kB without those was aimed at; the
 * checkpoints, the worker and the safetensors that trainer's main entry has since brought are 9 kB.
 */
const JOINT_CEILING = 60_000;

/** Minified, with tfjs outside. */
async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(ROOT, "published"), loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["@tensorflow/*"],
    alias: Object.fromEntries(PACKAGES.map((name) => [`@kindling/${name}`, entry(name)])),
  });
  return outputFiles[0]?.text ?? "";
}

const PACKAGES = ["core", "layers", "optim", "trainer", "metrics", "safetensors", "datasets"];

function entry(name: string): string {
  return stagedEntries(`packages/${name}`)[0]?.file ?? "";
}

const gzipped = (code: string): number => gzipSync(code).length;

const missing = (code: string): string[] => OTHERS.filter((name) => !code.includes(`"${name}"`));

test("Linear alone brings neither other layers nor datasets", async () => {
  const code = await bundle('import { Linear } from "@kindling/layers"; console.log(Linear);');
  const whole = await bundle('import * as layers from "@kindling/layers"; console.log(layers);');
  console.log(`Linear alone ${gzipped(code)} bytes, all layers ${gzipped(whole)}, gzipped`);
  expect(code.includes('"Linear"')).toBe(true);
  expect(missing(code)).toEqual(OTHERS);
  expect(missing(whole)).toEqual([]);
  expect(code.includes("DataLoader")).toBe(false);
});

test("core, layers, optim, trainer and metrics together", async () => {
  const names = ["core", "layers", "optim", "trainer", "metrics"];
  const code = await bundle(
    names.map((name) => `export * as ${name} from "@kindling/${name}";`).join("\n"),
  );
  console.log(`${names.join(" + ")}: ${gzipped(code)} bytes, gzipped`);
  expect(gzipped(code)).toBeLessThanOrEqual(JOINT_CEILING);
});
