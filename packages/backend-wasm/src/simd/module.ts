import type { TrainingKernels } from "./training-kernels.ts";

/** `relaxed-simd` has fused multiply-add: Node 22+ and current browsers. */
export type ModuleBuild = "simd" | "relaxed-simd";

// (func (param v128 v128 v128) (result v128) … f32x4.relaxed_madd): valid only where the engine has it.
const RELAXED_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

// The same with f32x4.add of the first two.
const SIMD_PROBE = Uint8Array.of(
  ...RELAXED_PROBE.slice(0, 22),
  ...[0x0a, 0x0b, 0x01, 0x09, 0x00, 0x20, 0x00, 0x20, 0x01, 0xfd, 0xe4, 0x01, 0x0b],
);

/** The fastest build that this engine runs; null when its WebAssembly has no SIMD. */
export function bestBuild(): ModuleBuild | null {
  if (WebAssembly.validate(RELAXED_PROBE)) return "relaxed-simd";
  return WebAssembly.validate(SIMD_PROBE) ? "simd" : null;
}

// How the binary says that it imports a memory with a maximum: name, kind, flags.
const MEMORY_IMPORT = "\x03env\x06memory\x02\x01";
const SHARED_MEMORY_IMPORT = "\x03env\x06memory\x02\x03";

/**
 * Instantiates the training kernels on a memory, which they share with whoever owns it.
 *
 * They hold no data of their own: every function works on pointers into that memory.
 *
 * @param memory - made with a maximum; tfjs's is.
 */
export async function loadTrainingKernels(
  memory: WebAssembly.Memory,
  build: ModuleBuild = bestBuild() ?? "simd",
): Promise<TrainingKernels> {
  const { default: base64 } =
    build === "simd"
      ? await import("./generated/simd.ts")
      : await import("./generated/relaxed-simd.ts");
  const plain = atob(base64);
  const binary = isShared(memory) ? plain.replace(MEMORY_IMPORT, SHARED_MEMORY_IMPORT) : plain;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as TrainingKernels;
}

function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}
