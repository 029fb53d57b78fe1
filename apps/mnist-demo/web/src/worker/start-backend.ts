import { wasm } from "@kindling/backend-wasm";
import { webgpu } from "@kindling/backend-webgpu";
import { type Backend, selectBackend } from "@kindling/core";
import type { BackendChoice, BackendReport } from "../messages.ts";

/** Starts the backend of choice, or the first that can run here. @throws {BackendError} when none can. */
export async function startBackend(choice: BackendChoice): Promise<BackendReport> {
  const { backend, skipped } = await selectBackend(candidates(choice));
  return { name: backend.name, description: backend.describe(), skipped };
}

function candidates(choice: BackendChoice): readonly Backend[] {
  switch (choice) {
    case "auto":
      return [onHardware(webgpu()), wasm()];
    case "wasm":
      return [wasm()];
    case "webgpu":
      return [webgpu()];
  }
}

/** The part of WebGPU that is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info: { readonly isFallbackAdapter?: boolean } } | null>;
}

// A GPU that the processor plays is a hundred times slower than wasm; who wants it asks for it.
function onHardware(backend: Backend): Backend {
  return {
    ...backend,
    async unavailable() {
      const reason = await backend.unavailable();
      if (reason !== null) return reason;
      const { gpu } = navigator as { readonly gpu?: Gpu };
      const adapter = await gpu?.requestAdapter();
      return adapter?.info.isFallbackAdapter
        ? "the browser has no GPU here, only a slow imitation in software"
        : null;
    },
  };
}
