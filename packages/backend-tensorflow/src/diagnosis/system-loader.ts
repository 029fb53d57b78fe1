/// <reference types="node" />
// Looks for a library as glibc's loader does: LD_LIBRARY_PATH, the asking library's RUNPATH, the system's folders.
import { existsSync, readFileSync } from "node:fs";
import { runProgram } from "./run-program.ts";

/** Finds a library by its name; null when the loader would not. */
export type FindLibrary = (name: string, runpath?: readonly string[]) => string | null;

/** @param libraryPath - what LD_LIBRARY_PATH holds. */
export async function systemLoader(
  libraryPath: string = initialLibraryPath(),
): Promise<FindLibrary> {
  const first = libraryPath.split(/[:;]/).filter((folder) => folder !== "");
  const system = await systemLibraries();
  return (name, runpath = []) => {
    const paths = [...first, ...runpath].map((folder) => `${folder}/${name}`);
    const listed = system.get(name);
    if (listed !== undefined) paths.push(listed);
    paths.push(...SYSTEM_FOLDERS.map((folder) => `${folder}/${name}`));
    return paths.find((path) => existsSync(path)) ?? null;
  };
}

/** LD_LIBRARY_PATH as the loader read it when Node started. What `process.env` became later, it never sees. */
export function initialLibraryPath(): string {
  let variables: string;
  try {
    variables = readFileSync("/proc/self/environ", "utf8");
  } catch {
    return process.env.LD_LIBRARY_PATH ?? "";
  }
  const prefix = "LD_LIBRARY_PATH=";
  const variable = variables.split("\0").find((text) => text.startsWith(prefix));
  return variable?.slice(prefix.length) ?? "";
}

const SYSTEM_FOLDERS = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];
// An ordinary user's PATH lacks its folder on some systems.
const LDCONFIG = ["ldconfig", "/sbin/ldconfig"];
// Such as `libcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1`; 32-bit ones name no machine.
const ENTRY = /^\s*(\S+) \(libc6,[^)]*64[^)]*\) => (\S+)$/gm;
const TIMEOUT_MS = 10_000;

/** The loader's own list of names and paths. */
async function systemLibraries(): Promise<Map<string, string>> {
  for (const program of LDCONFIG) {
    const { code, stdout } = await runProgram(program, ["-p"], TIMEOUT_MS);
    if (code !== 0) continue;
    const found = new Map<string, string>();
    for (const [, name = "", path = ""] of stdout.matchAll(ENTRY)) {
      if (!found.has(name)) found.set(name, path);
    }
    return found;
  }
  return new Map();
}
