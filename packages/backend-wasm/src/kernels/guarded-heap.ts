// For tests: the heap of a running backend with red zones around every block that JavaScript allocates.
import { SideModule } from "../simd/side-module.ts";
import type { BackendWasm } from "./kernel.ts";

/** Before and after each block; a multiple of 16, so that blocks stay as aligned as malloc's: to 8. */
const ZONE_BYTES = 64;
/**
 * The bytes of a red zone, by their address: as float32 a NaN, so that a read of one shows as well, and a
 * signaling one, which arithmetic does not write back as it was.
 */
const CANARY = Uint8Array.of(0xa5, 0xc3, 0xa1, 0x7f);
/** What new and freed blocks are filled with: NaN as float32, −1 as int32, and no bool. */
const UNWRITTEN = 0xff;
const ADDRESSES = 2 ** 32;

/** The parts of tfjs's Emscripten module that allocate; its C++ calls its own, unaffected. */
export interface Heap {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

export interface GuardedHeap {
  /** Throws where something has been written outside the blocks that are in use. */
  checkRedZones(): void;
  /** Remembers the whole heap. What it returns puts everything back, whatever has been written since. */
  snapshot(): () => void;
  /** Ends it. Blocks that are still in use are freed rightly all the same. */
  undo(): void;
}

/** A backend's heap, whose types leave the allocator out. */
export function heapOf({ wasm }: BackendWasm): Heap {
  return wasm as unknown as Heap;
}

/**
 * Puts red zones around every block from now on: checked when it is freed, or when asked for.
 *
 * Scratch memory, which grows and stays, would hide a kernel that needs more than it asks for: each request
 * gets a new block of just its size.
 */
export function guardHeap(backend: BackendWasm): GuardedHeap {
  const heap = heapOf(backend);
  // Emscripten's exports put the real functions in their own place at their first call.
  heap._free(heap._malloc(1));
  const { _malloc: malloc, _free: free } = heap;
  const { scratch: growing } = SideModule.prototype;
  const blocks = new Map<number, number>();
  let scratch = 0;

  heap._malloc = (bytes) => {
    const size = bytes >>> 0; // as WebAssembly takes it
    if (size + 2 * ZONE_BYTES >= ADDRESSES) return 0;
    const start = malloc(size + 2 * ZONE_BYTES) >>> 0;
    if (start === 0) return 0;
    const block = start + ZONE_BYTES;
    blocks.set(block, size);
    // After the allocation, which may have grown the memory and detached its views.
    heap.HEAPU8.fill(UNWRITTEN, block, block + size);
    paint(heap, block, size);
    return block;
  };

  heap._free = (pointer) => {
    const block = pointer >>> 0;
    const size = blocks.get(block);
    if (size === undefined) return free(pointer); // from before, or from C++
    try {
      check(heap, block, size);
    } finally {
      heap.HEAPU8.fill(UNWRITTEN, block, block + size);
      blocks.delete(block);
      free(block - ZONE_BYTES);
    }
  };

  SideModule.prototype.scratch = function (floats) {
    if (4 * floats >= ADDRESSES) return growing.call(this, floats);
    heap._free(scratch);
    scratch = heap._malloc(4 * floats);
    return scratch;
  };

  return {
    checkRedZones() {
      for (const [block, size] of blocks) check(heap, block, size);
    },
    snapshot() {
      const memory = heap.HEAPU8.slice();
      const inUse = [...blocks];
      const scratchThen = scratch;
      return () => {
        heap.HEAPU8.set(memory);
        scratch = scratchThen;
        blocks.clear();
        for (const [block, size] of inUse) blocks.set(block, size);
      };
    },
    undo() {
      SideModule.prototype.scratch = growing;
      heap._free(scratch);
      heap._malloc = malloc;
    },
  };
}

function paint({ HEAPU8: memory }: Heap, block: number, size: number): void {
  for (const at of redZones(block, size)) memory[at] = CANARY[at % 4] as number;
}

function check(heap: Heap, block: number, size: number): void {
  for (const at of redZones(block, size)) {
    if (heap.HEAPU8[at] === CANARY[at % 4]) continue;
    paint(heap, block, size); // said once, not by every later check
    const where = at < block ? `${block - at} before it` : `${at - block - size} after its end`;
    throw new Error(`a kernel wrote outside a block of ${size} bytes, ${where}`);
  }
}

function* redZones(block: number, size: number): Generator<number> {
  for (let i = 0; i < ZONE_BYTES; i++) {
    yield block - ZONE_BYTES + i;
    yield block + size + i;
  }
}
