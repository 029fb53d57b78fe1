// Weights as a safetensors file, with the network that they are of. PyTorch reads it too.
import { DataError, KindlingError } from "@kindling/core";
import type { StateDict } from "@kindling/layers";
import { decodeSafetensors, encodeSafetensors, toStateDict } from "@kindling/safetensors";
import { type Architecture, problemsOf } from "../architecture.ts";

export interface Weights {
  readonly state: StateDict;
  /** The network they are for; null in files that others wrote. */
  readonly architecture: Architecture | null;
}

export function encodeWeights(
  state: StateDict,
  architecture: Architecture,
): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(state, {
    format: "pt",
    architecture: JSON.stringify(architecture),
  });
}

/**
 * Reads what {@link encodeWeights} wrote, or another program with weights of the same names.
 *
 * @throws {DataError} when it is no such file, or a damaged one.
 */
export function decodeWeights(file: Uint8Array): Weights {
  const { state, architecture } = decoded(file);
  const entries = Object.entries(state);
  if (entries.length === 0) fail("it holds no weights");
  for (const [name, { data }] of entries) {
    if (!data.every(Number.isFinite)) fail(`"${name}" has values that are no numbers`);
  }
  return { state, architecture: readArchitecture(architecture) };
}

function decoded(file: Uint8Array): { state: StateDict; architecture: string | undefined } {
  try {
    const { tensors, metadata } = decodeSafetensors(file);
    return { state: toStateDict(tensors), architecture: metadata.architecture };
  } catch (error) {
    if (!KindlingError.is(error)) throw error;
    // Whose function it was is nothing to the one who chose the file.
    return fail(error.message.replace(/^\w+: /, ""), error);
  }
}

function readArchitecture(json: string | undefined): Architecture | null {
  const value = json === undefined ? undefined : parse(json);
  if (!isArchitecture(value) || problemsOf(value).length > 0) return null;
  return value;
}

function isArchitecture(value: unknown): value is Architecture {
  return (
    isObject(value) &&
    Array.isArray(value.channels) &&
    value.channels.length === 3 &&
    [...value.channels, value.kernelSize, value.dropout, value.denseUnits].every(
      (number) => typeof number === "number",
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function fail(why: string, cause?: unknown): never {
  throw new DataError(
    `Expected a file of weights saved by this page (safetensors), got another one: ${why}.`,
    { cause },
  );
}
