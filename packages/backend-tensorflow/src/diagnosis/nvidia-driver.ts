/// <reference types="node" />
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lastLine, runProgram } from "./run-program.ts";

export interface Gpu {
  readonly name: string;
  /** Its compute capability, such as 8.6; null when the driver does not say. */
  readonly capability: string | null;
}

export interface NvidiaDriver {
  /** Such as 555.42.06. */
  readonly version: string;
  /** In the order of nvidia-smi. */
  readonly gpus: readonly Gpu[];
}

/** A driver that is not there, or does not answer, is the reason why, with the next step. */
export type DriverState = NvidiaDriver | { readonly reason: string };

/**
 * The driver and its GPUs, as nvidia-smi tells, or where there is no nvidia-smi the kernel.
 *
 * @param kernel - the driver's folder in `/proc`.
 */
export async function findDriver(kernel = "/proc/driver/nvidia"): Promise<DriverState> {
  for (const fields of ["name,driver_version,compute_cap", "name,driver_version"]) {
    const query = [`--query-gpu=${fields}`, "--format=csv,noheader"];
    const answer = await runProgram("nvidia-smi", query, TIMEOUT_MS);
    if (answer.code === 0) return readCsv(answer.stdout, kernel);
    if (answer.cause === "ENOENT") return readKernel(kernel);
    // Drivers before 510 do not know the last field.
    if (/not a valid field/.test(answer.stdout + answer.stderr)) continue;
    if (/No devices were found/.test(answer.stdout)) return readKernel(kernel);
    const said = lastLine(answer.stdout) || lastLine(answer.stderr) || String(answer.cause);
    return { reason: `expected nvidia-smi to answer, got "${said}"; ${nextStep(said)}` };
  }
  return readKernel(kernel);
}

const TIMEOUT_MS = 30_000;

async function readCsv(text: string, kernel: string): Promise<DriverState> {
  const rows = text.split("\n").filter((line) => line.trim() !== "");
  const gpus = rows.map((row) => {
    const [name = "", version = "", capability] = row.split(",").map((cell) => cell.trim());
    return { name, version, capability: /^\d+\.\d+$/.test(capability ?? "") ? capability : null };
  });
  const version = gpus[0]?.version;
  if (version === undefined) return readKernel(kernel);
  return { version, gpus: gpus.map(({ name, capability = null }) => ({ name, capability })) };
}

async function readKernel(kernel: string): Promise<DriverState> {
  const text = await readFile(join(kernel, "version"), "utf8").catch(() => "");
  const version = /Kernel Module.*?\s(\d+\.\d+(?:\.\d+)?)\s/.exec(text)?.[1];
  if (version === undefined) {
    return {
      reason:
        "expected an NVIDIA driver, got none (no nvidia-smi and no /proc/driver/nvidia); install NVIDIA's driver, " +
        "or start the container with --gpus all",
    };
  }
  const names = await readdir(join(kernel, "gpus")).catch(() => []);
  const gpus = names.map(async (name): Promise<Gpu> => {
    const about = await readFile(join(kernel, "gpus", name, "information"), "utf8").catch(() => "");
    return { name: /^Model:\s*(.+)$/m.exec(about)?.[1] ?? "NVIDIA GPU", capability: null };
  });
  return { version, gpus: await Promise.all(gpus) };
}

function nextStep(said: string): string {
  if (/mismatch/i.test(said)) return "restart the machine, whose driver was updated while it ran";
  return "reinstall NVIDIA's driver, or restart the machine";
}
