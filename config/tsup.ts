import { defineConfig, type Options } from "tsup";

/**
 * The one build: ESM, declarations and source maps into `dist`.
 *
 * @param entry - one file an entry of the package's `exports`.
 */
export function library(
  entry: Record<string, string> = { index: "src/index.ts" },
  options: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    // Neutral: a package that needs Node says so by importing `node:` modules from a Node-only entry.
    platform: "neutral",
    // Kept as `node:`: Deno, Workers and bundlers tell Node's modules from packages by it.
    removeNodeProtocol: false,
    external: [/^node:/],
    dts: { compilerOptions: { rewriteRelativeImportExtensions: false } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...options,
  });
}
