/// <reference types="node" />
import { BackendError } from "@kindling/core";

/** @throws {BackendError} where pip's TensorFlow has no library that a binding could be linked to. */
export function checkPlatform(platform: string = process.platform): void {
  if (platform === "linux") return;
  throw new BackendError(
    `expected Linux, got ${platform}; use @kindling/backend-webgpu or @kindling/backend-wasm here`,
  );
}
