// checkpoint.json: what a checkpoint consists of, and how each part is recognised as whole.
import { DataError } from "@kindling/core";
import { pack, parseJson, unpack } from "./pack.ts";
import { sha256 } from "./sha256.ts";
import type { CheckpointStore } from "./store.ts";

export const MANIFEST = "checkpoint.json";
const FORMAT = "kindling-checkpoint";
const VERSION = 1;

/** Where in the run a checkpoint was written, and how good the run was there. */
export interface CheckpointInfo {
  /** In its store, such as `000003-epoch-3-end`; `resumeFrom` takes it. */
  readonly name: string;
  /** The last one begun, counted from 1. */
  readonly epoch: number;
  /** Training batches done in it; null after its end. */
  readonly batch: number | null;
  /** Training steps done. */
  readonly step: number;
  /** The epoch's, at its end; null within an epoch. */
  readonly metrics: Readonly<Record<string, number>> | null;
}

export type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

interface Part {
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly info: Omit<CheckpointInfo, "name">;
  readonly parts: Readonly<Record<string, Part>>;
}

/** Writes parts with their manifest, which is checked as they are: its first line is its own sum. */
export async function writeParts(
  store: CheckpointStore,
  { name, ...info }: CheckpointInfo,
  parts: Files,
): Promise<void> {
  const described: Record<string, Part> = {};
  for (const [part, bytes] of Object.entries(parts)) {
    described[part] = { bytes: bytes.length, sha256: await sha256(bytes) };
  }
  const manifest = { format: FORMAT, version: VERSION, info, parts: described };
  const body = `${JSON.stringify(pack("info", manifest).json, null, 2)}\n`;
  const sum = await sha256(new TextEncoder().encode(body));
  const file = new TextEncoder().encode(`{"sha256":"${sum}","checkpoint":\n${body}}\n`);
  await store.write(name, { ...parts, [MANIFEST]: file });
}

/** @throws {DataError} when the checkpoint has none, or a damaged one. */
async function readManifest(
  store: CheckpointStore,
  name: string,
): Promise<Pick<Manifest, "info" | "parts">> {
  const file = await store.read(name, MANIFEST);
  if (file === null) fail(store, name, MANIFEST, "a file", "none");
  const text = new TextDecoder().decode(file);
  const [, sum, body] = /^\{"sha256":"([0-9a-f]{64})","checkpoint":\n(.*\n)\}\n$/s.exec(text) ?? [];
  if (body === undefined || sum !== (await sha256(new TextEncoder().encode(body)))) {
    fail(store, name, MANIFEST, "the text that its sum is of", `${file.length} other bytes`);
  }
  const manifest = unpack(parseJson(MANIFEST, body), {}) as Partial<Manifest> | null;
  if (manifest?.format !== FORMAT || manifest.version !== VERSION) {
    const got = `${manifest?.format} ${manifest?.version}`;
    fail(store, name, MANIFEST, `${FORMAT} ${VERSION}`, `${got}, which another version wrote`);
  }
  const { info, parts } = manifest;
  if (!isInfo(info) || !areParts(parts)) {
    fail(store, name, MANIFEST, "what such a version writes", "other fields");
  }
  return { info, parts };
}

function isInfo(info: unknown): info is Manifest["info"] {
  if (!isRecord(info)) return false;
  const { epoch, batch, step, metrics } = info;
  return (
    isCount(epoch) &&
    (batch === null || isCount(batch)) &&
    isCount(step) &&
    (metrics === null ||
      (isRecord(metrics) && Object.values(metrics).every((value) => typeof value === "number")))
  );
}

function areParts(parts: unknown): parts is Manifest["parts"] {
  return (
    isRecord(parts) &&
    Object.values(parts).every(
      (part) => isRecord(part) && isCount(part.bytes) && typeof part.sha256 === "string",
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @throws {DataError} when the manifest is missing or damaged. */
export async function readInfo(store: CheckpointStore, name: string): Promise<CheckpointInfo> {
  return { name, ...(await readManifest(store, name)).info };
}

/** Reads all parts. @throws {DataError} when one is not, to the bit, what was written. */
export async function readParts(
  store: CheckpointStore,
  name: string,
): Promise<{ readonly info: CheckpointInfo; readonly parts: Files }> {
  const { info, parts } = await readManifest(store, name);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const [part, expected] of Object.entries(parts)) {
    const read = await store.read(name, part);
    if (read === null) fail(store, name, part, "a file", "none");
    // A copy where a store hands out shared memory; the sum wants its own.
    const bytes =
      read.buffer instanceof ArrayBuffer ? (read as Uint8Array<ArrayBuffer>) : read.slice();
    if (bytes.length !== expected.bytes) {
      fail(store, name, part, `${expected.bytes} bytes`, String(bytes.length));
    }
    const sum = await sha256(bytes);
    if (sum !== expected.sha256) fail(store, name, part, `SHA-256 ${expected.sha256}`, sum);
    files[part] = bytes;
  }
  return { info: { name, ...info }, parts: files };
}

function fail(
  { where }: CheckpointStore,
  name: string,
  part: string,
  expected: string,
  got: string,
): never {
  throw new DataError(
    `checkpoint: expected ${part} of ${name} (${where}) to be ${expected}, got ${got}; ` +
      "the checkpoint is damaged: resumeFrom(store, objects, { fallback: true }) uses the one before",
  );
}
