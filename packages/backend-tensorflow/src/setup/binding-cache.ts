/// <reference types="node" />
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BackendError } from "@kindling/core";
import { readDistribution } from "../diagnosis/tensorflow-build.ts";

/** A binding that `kindling-tensorflow setup` compiled and verified. */
export interface CachedBinding {
  /** Of the file that Node loads. */
  path: string;
  /** What it is linked to; `folder` is pip's `site-packages/tensorflow`. */
  tensorflow: { version: string; folder: string };
  /** Whether that TensorFlow was built for CUDA. */
  cuda: boolean;
}

/** Of the binding's calls into Node; tfjs-node 4.22.0 compiles for this one, and every Node from 20 on has it. */
export const NODE_API = 8;

/** Counts up when a binding is compiled differently, so that one of before is not taken. */
const RECIPE = 2;

/** Kindling's caches: KINDLING_CACHE, or `kindling` in the system's cache folder. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (environment.KINDLING_CACHE) return resolve(environment.KINDLING_CACHE);
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "kindling");
}

/**
 * The newest binding for this platform whose TensorFlow is still there, in the version that it was compiled for.
 * One that does not read as a binding is passed over.
 */
export async function findCachedBinding(): Promise<CachedBinding | null> {
  const root = bindingsFolder();
  const names = await readdir(root).catch(() => []);
  const found: { binding: CachedBinding; time: number }[] = [];
  for (const name of names.filter(
    (name) => name.includes(`-${platformKey()}-`) && !isTemporary(name),
  )) {
    const folder = join(root, name);
    const binding = await readBinding(folder);
    if (binding !== null) found.push({ binding, time: (await stat(folder)).mtimeMs });
  }
  return found.sort((a, b) => b.time - a.time)[0]?.binding ?? null;
}

/**
 * Makes a binding in a temporary folder and moves it to its place when it is whole: a cache never holds half of
 * one, whoever else reads it, and one that fails leaves what was there before.
 *
 * @param make - writes the binding to the path that it gets; when it throws, nothing is stored.
 * @returns where it is, and what `make` returned.
 * @throws {BackendError} when the cache cannot be written.
 */
export async function storeBinding<T>(
  tensorflow: CachedBinding["tensorflow"],
  cuda: boolean,
  make: (path: string) => Promise<T>,
): Promise<{ path: string; made: T }> {
  const root = bindingsFolder();
  const folder = join(root, bindingKey(tensorflow));
  const temporary = `${folder}.${randomUUID()}${TEMPORARY}`;
  try {
    await writing(root, async () => {
      await makeFolder(temporary);
      await removeStale(root);
      await writeFile(join(temporary, DESCRIPTION), JSON.stringify({ tensorflow, cuda }, null, 2));
    });
    const made = await make(join(temporary, BINDING));
    await writing(root, () => replaceFolder(temporary, folder));
    return { path: join(folder, BINDING), made };
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Where the bindings are, and the log of a compilation that failed. */
export function bindingsFolder(): string {
  return join(cacheFolder(), "tensorflow");
}

const BINDING = "tfjs_binding.node";
const DESCRIPTION = "binding.json";
const TEMPORARY = ".tmp";
const STALE_MS = 60 * 60 * 1000;

/** Two environments may have the same TensorFlow, with and without CUDA: hence the folder's hash. */
function bindingKey({ version, folder }: CachedBinding["tensorflow"]): string {
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  return `${version}-${platformKey()}-${hash}`;
}

function platformKey(): string {
  return `binding${RECIPE}-napi${NODE_API}-${process.platform}-${process.arch}`;
}

function isTemporary(name: string): boolean {
  return name.endsWith(TEMPORARY);
}

async function readBinding(folder: string): Promise<CachedBinding | null> {
  const path = join(folder, BINDING);
  try {
    const { tensorflow, cuda }: CachedBinding = JSON.parse(
      await readFile(join(folder, DESCRIPTION), "utf8"),
    );
    await access(path);
    // Gone, or upgraded in its place?
    const current = await readDistribution(tensorflow.folder);
    return current?.version === tensorflow.version ? { path, tensorflow, cuda } : null;
  } catch {
    return null;
  }
}

// A folder cannot be renamed onto a full one: the old one steps aside, and back when that fails.
async function replaceFolder(from: string, to: string): Promise<void> {
  const aside = `${to}.${randomUUID()}${TEMPORARY}`;
  const moved = await rename(to, aside).then(
    () => true,
    () => false,
  );
  try {
    await rename(from, to);
  } catch (error) {
    // Another setup of the same TensorFlow was a moment faster: its binding is as good.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") {
      if (moved) await rename(aside, to);
      throw error;
    }
  }
  await rm(aside, { recursive: true, force: true });
}

// Node's own `recursive` never ends where the system refuses with ENOENT, as /proc does.
async function makeFolder(path: string): Promise<void> {
  if (!existsSync(dirname(path))) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** What an interrupted setup left; a running one's is younger. */
async function removeStale(root: string): Promise<void> {
  for (const name of (await readdir(root)).filter(isTemporary)) {
    const folder = join(root, name);
    const made = await stat(folder).catch(() => null);
    if (made !== null && Date.now() - made.mtimeMs > STALE_MS) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function writing(root: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError(
      `expected to write to ${root}, got ${reason}; set KINDLING_CACHE to a folder with room that can be written to`,
      { cause },
    );
  }
}
