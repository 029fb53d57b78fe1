// No entry grows unseen, and each README says how large it is.
import { describe, expect, test } from "vitest";
import { entrySizes, isStale, readTable } from "./sizes.ts";
import { publishedPackages } from "./supply-chain/published-packages.ts";

/** kB, minified and gzipped, without what it depends on: some 10 % above what it was when this was written. */
const CEILINGS: Readonly<Record<string, number>> = {
  "@kindling/backend-tensorflow": 22,
  "@kindling/backend-wasm": 80,
  "@kindling/backend-webgpu": 27,
  "@kindling/core": 13,
  "@kindling/core/kernels": 3.5,
  "@kindling/datasets": 12,
  "@kindling/datasets/node": 12.5,
  "@kindling/datasets/browser": 12,
  "@kindling/layers": 14,
  "@kindling/metrics": 3,
  "@kindling/optim": 13.5,
  "@kindling/report": 3,
  "@kindling/report/charts": 3.5,
  "@kindling/report/html": 6.5,
  "@kindling/report/node": 11.5,
  "@kindling/safetensors": 4,
  "@kindling/trainer": 13,
  "@kindling/trainer/checkpoint": 8,
  "@kindling/trainer/node": 2.2,
};

describe.each(publishedPackages())("$manifest.name", ({ folder, readme }) => {
  test("stays below its ceilings, and its README's table is what was measured", async () => {
    const written = readTable(readme);
    const sizes = await entrySizes(folder);
    for (const size of sizes) {
      expect(size.gzipped / 1000, size.entry).toBeLessThanOrEqual(CEILINGS[size.entry] ?? 0);
    }
    const stale = sizes.filter((size) => isStale(written.get(size.entry), size));
    expect(stale, "npm run sizes -w published writes the table").toEqual([]);
  });
});
