import { tensorflow } from "@kindling/backend-tensorflow";
import { wasm } from "@kindling/backend-wasm";
import { webgpu } from "@kindling/backend-webgpu";
import type { Backend } from "@kindling/core";
import type { CliOptions } from "./options.ts";

/**
 * What `--backend` names, and nothing else. `auto` does not try WebGPU: where there is no driver, Dawn prints
 * warnings of its own above everything else.
 */
export function candidates(name: CliOptions["backend"]): readonly Backend[] {
  switch (name) {
    case "auto":
      return [tensorflow({ device: "cuda" }), wasm()];
    case "wasm":
      return [wasm()];
    case "webgpu":
      return [webgpu()];
    case "tensorflow":
      return [tensorflow({ device: "cpu" })];
    case "cuda":
      return [tensorflow({ device: "cuda" })];
  }
}
