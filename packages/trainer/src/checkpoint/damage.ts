// For tests: what disks, networks, faulty writers and attackers make of a checkpoint's files.
import type { Generator } from "@kindling/core";
import type { Files } from "./manifest.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a field of JSON may turn into. */
const STRANGE: readonly unknown[] = [
  ...[null, true, -1, 0, 0.5, 7, 1e300, 2 ** 53, "", "x", "NaN", [], [1], [[]], {}, { a: 1 }],
  ...[{ $number: "Infinity" }, { $number: "x" }, { $number: [] }, { $array: "x" }, { $array: {} }],
  { $array: "state.objects.optimizer.state.0.exp_avg.data" },
  JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`),
];

/** Damages one file of a checkpoint in one of many ways. */
export function damaged(files: Files, other: Files, random: Generator): Files {
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const names = Object.keys(files);
  const name = pick(names);
  const bytes = files[name] as Bytes;
  const at = random.integer(bytes.length + 1);
  const ways: (() => Bytes | undefined)[] = [
    () => {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(8));
      return copy;
    },
    () => bytes.slice(0, at),
    () => joined(bytes, bytes.subarray(0, 1 + random.integer(64))),
    () => joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16))),
    () => joined(bytes.subarray(0, at), other[name] ?? bytes),
    // The length that a safetensors file begins with, or what stands there in a text.
    () => {
      const copy = joined(bytes, new Uint8Array(8)).slice(0, Math.max(8, bytes.length));
      const length = pick([0n, 1n, 8n, 2n ** 63n, BigInt(random.integer(2 ** 31)), BigInt(at)]);
      new DataView(copy.buffer).setBigUint64(0, length, true);
      return copy;
    },
    () => undefined,
    () => other[name],
    () => files[pick(names)],
    ...new Array(6).fill(() => replacedField(bytes, random)),
  ];
  const { [name]: _, ...rest } = files;
  const result = pick(ways)();
  return result === undefined ? rest : { ...rest, [name]: result };
}

/** Replaces a field of the JSON in it, at any depth, by something else, or takes it out. */
function replacedField(bytes: Bytes, random: Generator): Bytes {
  const text = new TextDecoder("latin1").decode(bytes);
  const [start, end] = jsonWithin(text);
  let root: unknown;
  try {
    root = JSON.parse(text.slice(start, end));
  } catch {
    return bytes.slice(0, -1);
  }
  let node = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(node);
    if (keys.length === 0) break;
    const key = keys[random.integer(keys.length)] as string;
    const next = node[key];
    const goesOn = typeof next === "object" && next !== null && random.integer(4) > 0;
    if (goesOn) {
      node = next as Record<string, unknown>;
      continue;
    }
    if (random.integer(8) === 0) delete node[key];
    else node[key] = STRANGE[random.integer(STRANGE.length)];
    break;
  }
  const json = Uint8Array.from(JSON.stringify(root), (character) => character.charCodeAt(0));
  const edited = joined(bytes.subarray(0, start), json, bytes.subarray(end));
  // The length of a safetensors file's header is right again, so that it gets further.
  if (start === LENGTH_BYTES) {
    new DataView(edited.buffer).setBigUint64(0, BigInt(json.length), true);
  }
  return edited;
}

/** Where a safetensors file's header begins. */
const LENGTH_BYTES = 8;

/** The manifest's fields, all of a JSON file, or the header of a safetensors file with its spaces. */
function jsonWithin(text: string): readonly [start: number, end: number] {
  if (text.startsWith('{"sha256"')) return [text.indexOf("\n") + 1, text.lastIndexOf("}")];
  if (text.startsWith("{")) return [0, text.length];
  const length = text.charCodeAt(0) + 256 * text.charCodeAt(1);
  return [LENGTH_BYTES, LENGTH_BYTES + length];
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  const result = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
