import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import type { Plugin } from "vite";

const MODULE = /backend-wasm[\\/]src[\\/]wasm-files\.ts$/;

/**
 * Used from its source, backend-wasm has tfjs's `.wasm` files not yet beside it: its build copies them
 * there. This points its three URLs into tfjs's own package, from where Vite takes them along.
 */
export function tfjsBinaries(): Plugin {
  return {
    name: "tfjs-binaries",
    enforce: "pre",

    transform(code, id) {
      const file = id.split("?")[0] ?? id;
      if (!MODULE.test(file)) return null;
      const tfjs = createRequire(file).resolve("@tensorflow/tfjs-backend-wasm/package.json");
      const folder = relative(dirname(file), join(dirname(tfjs), "dist"))
        .split(sep)
        .join("/");
      return { code: code.replaceAll('"./tfjs-backend', `"${folder}/tfjs-backend`), map: null };
    },
  };
}
