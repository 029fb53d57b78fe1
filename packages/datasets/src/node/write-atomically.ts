import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "@kindling/core";

/**
 * Writes a file so that it is there whole or not at all, whoever else reads or writes it, and whenever the
 * machine stops.
 *
 * @throws {DataError} when it cannot be written.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      // Before the rename: otherwise a crash could leave the name with nothing behind it.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // Best effort: the reason that counts is the first one.
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`writeAtomically: expected to write ${path}, got ${reason}`, { cause });
  }
}
