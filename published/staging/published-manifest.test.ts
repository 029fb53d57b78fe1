import { expect, test } from "vitest";
import { publishedManifest, type SourceManifest } from "./published-manifest.ts";

const PROJECT = {
  homepage: "https://example.org",
  repository: { type: "git", url: "git+https://example.org/kindling.git" },
  bugs: { url: "https://example.org/issues" },
  keywords: ["pytorch"],
};
const manifest: SourceManifest = {
  name: "@kindling/one",
  version: "0.3.0",
  exports: {
    ".": {
      "@kindling/source": "./src/index.ts",
      types: "./dist/index.d.ts",
      default: "./dist/index.js",
    },
    "./two": { "@kindling/source": { node: "./src/two.ts" }, node: { default: "./dist/two.js" } },
  },
  sideEffects: ["./dist/index.js", "./src/index.ts"],
  scripts: { build: "tsup" },
  dependencies: { "@kindling/core": "0.3.0", commander: "^14.0.0" },
  devDependencies: { vitest: "^4.0.0" },
  peerDependencies: { "@tensorflow/tfjs-core": "^4.22.0" },
  publishConfig: { access: "public", directory: "publish" },
  "size-limit": [],
};
const published = publishedManifest(manifest, "packages/one", PROJECT, new Set(["@kindling/core"]));

test("sources, scripts and the tools of the repository stay at home", () => {
  expect(published.exports).toEqual({
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./two": { node: { default: "./dist/two.js" } },
  });
  for (const field of ["scripts", "devDependencies", "size-limit"]) {
    expect(published).not.toHaveProperty(field);
  }
  expect(published.publishConfig).toEqual({ access: "public" });
  expect(published.sideEffects).toEqual(["./dist/index.js"]);
});

test("siblings are ranges of the same minor version; everything else stays as it is", () => {
  expect(published.dependencies).toEqual({ "@kindling/core": "^0.3.0", commander: "^14.0.0" });
  expect(published.peerDependencies).toEqual({ "@tensorflow/tfjs-core": "^4.22.0" });
});

test("it says where it comes from", () => {
  expect(published).toMatchObject({
    homepage: "https://example.org",
    repository: { directory: "packages/one" },
    keywords: ["pytorch"],
  });
});

test("the manifest that it is made from is not touched", () => {
  expect(manifest.scripts).toEqual({ build: "tsup" });
});
