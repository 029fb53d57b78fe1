/// <reference types="node" />
// For tests: the least that is a shared library to the system's loader, and to `readSharedLibrary`.
import { writeFileSync } from "node:fs";
import type { SharedLibrary } from "./shared-library.ts";

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const ENTRY_BYTES = 16;
/** Where the file is in memory: other than in the file, as in real libraries. */
const ADDRESS = 0x1000;

export function writeSharedLibrary(path: string, { needed, runpath }: SharedLibrary): void {
  const names = [...needed, runpath.join(":")];
  const strings = Buffer.from(`\0${names.join("\0")}\0`);
  const at = names.map((_, i) => 1 + Buffer.byteLength(names.slice(0, i).join("\0")) + (i && 1));
  const dynamic = HEADER_BYTES + 2 * SEGMENT_BYTES;
  const entries = [
    ...needed.map((_, i) => [1, at[i]]),
    ...(runpath.length > 0 ? [[29, at.at(-1)]] : []),
  ];
  const text = dynamic + (entries.length + 3) * ENTRY_BYTES;
  entries.push([5, ADDRESS + text], [10, strings.length], [0, 0]);

  const file = Buffer.alloc(text + strings.length);
  file.write("\x7fELF\x02\x01\x01", "latin1");
  file.writeUInt16LE(3, 16); // a shared object
  file.writeUInt16LE(62, 18); // for x86-64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  file.writeUInt16LE(HEADER_BYTES, 52);
  file.writeUInt16LE(SEGMENT_BYTES, 54);
  file.writeUInt16LE(2, 56);
  writeSegment(file, HEADER_BYTES, { type: 1, offset: 0, size: file.length });
  const size = entries.length * ENTRY_BYTES;
  writeSegment(file, HEADER_BYTES + SEGMENT_BYTES, { type: 2, offset: dynamic, size });
  entries.flat().forEach((value, i) => {
    file.writeBigUInt64LE(BigInt(value ?? 0), dynamic + 8 * i);
  });
  strings.copy(file, text);
  writeFileSync(path, file);
}

function writeSegment(
  file: Buffer,
  position: number,
  { type, offset, size }: { type: number; offset: number; size: number },
): void {
  file.writeUInt32LE(type, position);
  file.writeUInt32LE(4, position + 4); // readable
  for (const [at, value] of [
    [8, offset],
    [16, ADDRESS + offset],
    [24, ADDRESS + offset],
    [32, size],
    [40, size],
    [48, 0x1000],
  ] as const) {
    file.writeBigUInt64LE(BigInt(value), position + at);
  }
}
