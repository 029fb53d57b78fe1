import { readFileSync } from "node:fs";

/**
 * A tensor as a fixture holds it: PyTorch's shape and layout. The values are the shortest decimals that
 * name each float32; `Float32Array.from` makes them exact.
 */
export interface FixtureTensor {
  readonly shape: number[];
  readonly values: number[];
}

/** Reads `fixtures/NAME.json`; the caller names what is inside. */
export function fixture<T>(name: string): T & { readonly torch: string } {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}
