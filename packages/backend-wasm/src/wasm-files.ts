import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { env } from "@tensorflow/tfjs-core";

/** The three builds that tfjs chooses from; each ships next to this module. */
type Binary =
  | "tfjs-backend-wasm.wasm"
  | "tfjs-backend-wasm-simd.wasm"
  | "tfjs-backend-wasm-threaded-simd.wasm";

/**
 * Tells tfjs where its `.wasm` files are. In Node it finds its own.
 *
 * @param folder - ends with a slash; without it, the files next to this module are used.
 */
export function locateBinaries(folder: string | undefined): void {
  if (folder !== undefined) {
    setWasmPaths(folder);
  } else if (!env().getBool("IS_NODE")) {
    setWasmPaths(besideThisModule());
  }
}

/** Where the browser loads the binaries from by default. */
export function besideThisModule(): Record<Binary, string> {
  // Each written out in full: this is the form that bundlers look for, to copy the file along.
  return {
    "tfjs-backend-wasm.wasm": new URL("./tfjs-backend-wasm.wasm", import.meta.url).href,
    "tfjs-backend-wasm-simd.wasm": new URL("./tfjs-backend-wasm-simd.wasm", import.meta.url).href,
    "tfjs-backend-wasm-threaded-simd.wasm": new URL(
      "./tfjs-backend-wasm-threaded-simd.wasm",
      import.meta.url,
    ).href,
  };
}
