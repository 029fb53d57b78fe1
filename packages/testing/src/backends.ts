import "@tensorflow/tfjs-backend-cpu";
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { beforeAll, describe } from "vitest";

/** The backends that need neither a browser nor a GPU. */
export const BACKENDS = ["cpu", "wasm"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Makes one of them current. tfjs's own `cpu` is the reference that the others are held to. */
export async function activateBackend(name: BackendName): Promise<void> {
  if (name === "wasm") {
    await selectBackend(wasm());
  } else {
    await setBackend(name);
    await ready();
  }
}

/** One `describe` a backend, with that backend current while its tests run. */
export function describeOnBackends(
  title: string,
  suite: (backend: BackendName) => void,
  backends: readonly BackendName[] = BACKENDS,
): void {
  describe.each(backends)(`${title} on %s`, (backend) => {
    beforeAll(() => activateBackend(backend));
    suite(backend);
  });
}
