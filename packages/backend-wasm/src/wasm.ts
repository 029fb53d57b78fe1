import type { Backend } from "@kindling/core";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";

/** The CPU through WebAssembly. */
export function wasm(): Backend {
  return {
    name: "wasm",
    unavailable: async () => null,
    async activate() {
      await setBackend("wasm");
      await ready();
    },
    describe: () => "wasm",
  };
}
