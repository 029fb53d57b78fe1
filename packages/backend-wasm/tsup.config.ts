import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { library } from "../../config/tsup.ts";

const BINARIES = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
];

// tfjs's binaries go next to the module that asks for them, so that bundlers and CDNs find them.
export default library(undefined, {
  onSuccess: async () => {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));
    for (const name of BINARIES) copyFileSync(join(folder, name), join("dist", name));
  },
});
