/// <reference types="node" />
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";

/** What a shared library asks of the system's loader. */
export interface SharedLibrary {
  /** The libraries that must load before it. */
  readonly needed: readonly string[];
  /** Where those, and what it opens itself, are looked for: its RUNPATH, with its own folder for `$ORIGIN`. */
  readonly runpath: readonly string[];
}

/** Reads the dynamic section of a 64-bit ELF file, whatever the file's size; null for any other file. */
export async function readSharedLibrary(path: string): Promise<SharedLibrary | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    return await read(file, dirname(path));
  } catch {
    return null; // cut off, or not what its first bytes claim
  } finally {
    await file.close();
  }
}

const MAGIC = 0x7f454c46;
const CLASS_64_LITTLE_ENDIAN = 0x0201;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

async function read(file: FileHandle, folder: string): Promise<SharedLibrary | null> {
  const header = await bytes(file, 0, 64);
  if (header.readUInt32BE(0) !== MAGIC) return null;
  if (header.readUInt16BE(4) !== CLASS_64_LITTLE_ENDIAN) return null;
  const segments = await readSegments(file, header);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return null;
  const entries = await readEntries(file, dynamic);
  const all = (tag: number) => entries.filter((entry) => entry.tag === tag).map((e) => e.value);

  const strings = await bytes(file, fileOffset(segments, all(DT_STRTAB)[0]), all(DT_STRSZ)[0] ?? 0);
  const text = (at: number) => strings.toString("utf8", at, strings.indexOf(0, at));
  const paths = all(DT_RUNPATH).length > 0 ? all(DT_RUNPATH) : all(DT_RPATH);
  return {
    needed: all(DT_NEEDED).map(text),
    runpath: paths.flatMap((at) =>
      text(at)
        .split(":")
        // Not path.join: the kernel follows links before it goes up a `..`.
        .map((entry) => entry.replace(/\$ORIGIN|\$\{ORIGIN\}/, folder)),
    ),
  };
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

async function readSegments(file: FileHandle, header: Buffer): Promise<Segment[]> {
  const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
  const table = await bytes(file, Number(header.readBigUInt64LE(32)), size * count);
  return Array.from({ length: count }, (_, i) => ({
    type: table.readUInt32LE(i * size),
    offset: Number(table.readBigUInt64LE(i * size + 8)),
    address: Number(table.readBigUInt64LE(i * size + 16)),
    size: Number(table.readBigUInt64LE(i * size + 32)),
  }));
}

async function readEntries(file: FileHandle, { offset, size }: Segment) {
  const table = await bytes(file, offset, size);
  return Array.from({ length: size / 16 }, (_, i) => ({
    tag: Number(table.readBigInt64LE(i * 16)),
    value: Number(table.readBigUInt64LE(i * 16 + 8)),
  }));
}

/** The dynamic section speaks of addresses in memory. */
function fileOffset(segments: readonly Segment[], address = 0): number {
  const home = segments.find(
    ({ type, address: start, size }) =>
      type === PT_LOAD && address >= start && address < start + size,
  );
  if (home === undefined) throw new RangeError(`no segment at ${address}`);
  return address - home.address + home.offset;
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  // Not left to the read: a size that no file has ends Node itself.
  const { size } = await file.stat();
  if (!(position >= 0 && length >= 0 && position + length <= size)) {
    throw new RangeError(
      `expected bytes ${position} to ${position + length}, got a file of ${size}`,
    );
  }
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer;
}
