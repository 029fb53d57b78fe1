import { getBackend, getKernel } from "@tensorflow/tfjs-core";
import { ArgumentError, BackendError } from "./errors.ts";

/** Where tensors live and kernels run. The `backend-*` packages make these. */
export interface Backend {
  /** The name tfjs knows it by: `wasm`, `webgpu`, `tensorflow`, … */
  readonly name: string;
  /** Why it cannot run here, in words a user can act on; null when it can. */
  unavailable(): Promise<string | null>;
  /** Makes it the current backend. Rejects when it fails to start. */
  activate(): Promise<void>;
  /** One line on what is running, such as `wasm (SIMD, 1 thread)`. Called after `activate`. */
  describe(): string;
}

/** A backend that was passed over, and why. */
export interface SkippedBackend {
  /** As {@link Backend.name}. */
  readonly name: string;
  /** In words a user can act on: what to install, or what failed to start. */
  readonly reason: string;
}

/** What {@link selectBackend} decided. */
export interface SelectedBackend {
  /** The one that tensors are made on from now on. */
  readonly backend: Backend;
  /** Those tried before it, in order. */
  readonly skipped: readonly SkippedBackend[];
}

/**
 * Activates the first backend of the list that can run here.
 *
 * A backend named alone is that backend or an error: nothing ever falls back silently.
 *
 * @throws {ArgumentError} when the list is empty.
 * @throws {BackendError} when none can run; the message says why for each.
 *
 * @example
 * ```ts
 * const { backend, skipped } = await selectBackend([wasm(), webgpu()]);
 * backend.name; // => "wasm"
 * skipped; // => []
 * ```
 */
export async function selectBackend(
  candidates: Backend | readonly Backend[],
): Promise<SelectedBackend> {
  const list = isList(candidates) ? candidates : [candidates];
  if (list.length === 0) {
    throw new ArgumentError("selectBackend: expected at least one backend, got an empty list");
  }
  const skipped: SkippedBackend[] = [];
  let cause: unknown;
  for (const backend of list) {
    const reason = await backend.unavailable();
    if (reason !== null) {
      skipped.push({ name: backend.name, reason });
      continue;
    }
    try {
      await backend.activate();
      if (getBackend() !== backend.name) {
        throw new BackendError(`expected the backend ${backend.name}, got ${getBackend()}`);
      }
      return { backend, skipped };
    } catch (error) {
      cause = error;
      skipped.push({ name: backend.name, reason: `failed to start: ${messageOf(error)}` });
    }
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new BackendError(`selectBackend: no backend is available: ${reasons}`, { cause });
}

/**
 * True when the current backend has a kernel of this name.
 *
 * Fused kernels are an offer: ask first, then `engine().runKernel(name, …)`, and compose plain ops
 * where there is none.
 *
 * @example
 * ```ts
 * hasKernel("MatMul"); // => false
 * hasKernel("BatchMatMul"); // => true
 * ```
 */
export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

function isList(candidates: Backend | readonly Backend[]): candidates is readonly Backend[] {
  return Array.isArray(candidates);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
