import { readFileSync } from "node:fs";

/** A tensor as a fixture holds it: PyTorch's shape and layout. */
export interface FixtureTensor {
  readonly shape: number[];
  readonly values: number[];
}

/** Reads `fixtures/NAME.json`; the caller names what is inside. */
export function fixture<T>(name: string): T & { readonly torch: string } {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}
