// The header, read by its own grammar in place of JSON.parse: that would let a key come twice and a length
// be 1.0, could make gigabytes of objects of a bad file, and would not say where what is wrong.
import { DataError } from "@kindling/core";
import { HeaderText } from "./header-text.ts";

/** A tensor's line in the header, not checked beyond its grammar. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** In bytes from the end of the header. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, HeaderEntry>;
}

/** The key of what is no tensor. */
export const METADATA = "__metadata__";

/** @throws {DataError} when the text is not a header; it says at which character. */
export function parseHeader(source: string): Header {
  const text = new HeaderText(source);
  let metadata: ReadonlyMap<string, string> | undefined;
  const entries = new Map<string, HeaderEntry>();
  // Spaces behind the object pad it; the format wants none before.
  if (!source.startsWith("{")) text.fail('"{" as the first character of the header');
  text.object("the header", (name) => {
    if (name === METADATA) metadata = parseMetadata(text);
    else entries.set(name, parseEntry(text, name));
  });
  text.end();
  return { metadata: metadata ?? new Map(), entries };
}

function parseMetadata(text: HeaderText): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  text.object(METADATA, (key) => {
    metadata.set(key, text.string(`the text of "${key}" in ${METADATA}`));
  });
  return metadata;
}

function parseEntry(text: HeaderText, name: string): HeaderEntry {
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  text.object(`"${name}"`, (field) => {
    if (field === "dtype") dtype = text.string(`the dtype of "${name}"`);
    else if (field === "shape") shape = text.integers(`the shape of "${name}"`);
    else if (field === "data_offsets") offsets = text.integers(`the data_offsets of "${name}"`);
    else text.fail(`dtype, shape and data_offsets in "${name}", not a field "${field}",`);
  });
  const missing = dtype === undefined ? "dtype" : shape === undefined ? "shape" : "data_offsets";
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    throw new DataError(
      `decodeSafetensors: expected dtype, shape and data_offsets of "${name}", got no ${missing}`,
    );
  }
  const [start, end] = offsets;
  if (start === undefined || end === undefined || offsets.length !== 2) {
    throw new DataError(
      `decodeSafetensors: expected data_offsets of "${name}" to be a start and an end, got ${offsets.length} numbers`,
    );
  }
  return { dtype, shape, start, end };
}
