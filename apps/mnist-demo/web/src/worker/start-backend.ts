import { wasm } from "@kindling/backend-wasm";
import { webgpu } from "@kindling/backend-webgpu";
import { ArgumentError, type Backend, selectBackend } from "@kindling/core";
import { backend as tfjsBackend } from "@tensorflow/tfjs-core";
import type { BackendReport } from "../messages.ts";

/**
 * Starts the backend that is asked for, and no other; or, asked for none, the first that can run here.
 *
 * @param asked - `wasm` or `webgpu`; null for either.
 * @param onLost - told when the device that the backend computes on is gone.
 * @throws {ArgumentError} when there is no backend of this name.
 * @throws {BackendError} when none can run.
 */
export async function startBackend(
  asked: string | null,
  onLost: (reason: string) => void,
): Promise<BackendReport> {
  const { backend, skipped } = await selectBackend(candidates(asked));
  // At once, not when the next step fails: a person may be looking at a page that is paused.
  const { device } = tfjsBackend() as { readonly device?: Device };
  void device?.lost.then(({ reason, message }) => onLost(message || reason));
  return {
    name: backend.name,
    description: backend.describe(),
    asked: asked !== null,
    skipped,
  };
}

function candidates(asked: string | null): readonly Backend[] {
  switch (asked) {
    case null:
      return [onHardware(webgpu()), wasm()];
    case "wasm":
      return [wasm()];
    case "webgpu":
      return [webgpu()];
    default:
      throw new ArgumentError(
        `?backend: expected wasm or webgpu, got "${asked}"; leave it out to have the page choose`,
      );
  }
}

/** The parts of WebGPU that are used here. */
interface Device {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}
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
        ? "the browser has no GPU here, only a slow imitation in software (?backend=webgpu takes it)"
        : null;
    },
  };
}
