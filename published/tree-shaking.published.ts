// What a bundle has of a package of which it imports one name, and how large the packages are.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type PluginBuild } from "esbuild";
import { expect, test } from "vitest";
import { stagedEntries } from "./staging/entries.ts";
import { ROOT } from "./supply-chain/published-packages.ts";

/** Names that only these layers' own code spells out. */
const OTHERS = ["Conv2d", "Embedding", "LayerNorm", "MaxPool2d", "Dropout", "CrossEntropyLoss"];
/** Without tfjs-core and the gradients of its ops, which are core's here. */
const JOINT_CEILING = 45_000;

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

test("core, layers, optim, trainer and metrics together, without gradients", async () => {
  const names = ["core", "layers", "optim", "trainer", "metrics"];
  const code = names.map((name) => `export * as ${name} from "@kindling/${name}";`).join("\n");
  const whole = await bundle(code);
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(ROOT, "published"), loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["@tensorflow/*"],
    // From the sources, where the gradients are files of their own.
    conditions: ["@kindling/source"],
    plugins: [{ name: "without gradients", setup: withoutGradients }],
  });
  const rest = gzipped(outputFiles[0]?.text ?? "");
  console.log(`${names.join(" + ")}: ${gzipped(whole)} bytes, gzipped; without gradients ${rest}`);
  expect(rest).toBeLessThanOrEqual(JOINT_CEILING);
});

function withoutGradients({ onLoad }: PluginBuild): void {
  onLoad({ filter: /core[\\/]src[\\/]gradients[\\/]index\.ts$/ }, () => ({
    contents: "export function registerGradients() {}",
  }));
}
