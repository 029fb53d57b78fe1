import { BackendError } from "@kindling/core";

/** In hexadecimal digits. @throws {BackendError} on a page that is not secure: browsers hash on others only. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) {
    throw new BackendError(
      "checkpoint: expected crypto.subtle to check the files with, got an insecure page; serve it over https",
    );
  }
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
