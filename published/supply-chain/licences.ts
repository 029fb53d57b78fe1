import { init, type ModuleInfos } from "license-checker-rseidelsohn";
import { ROOT } from "./published-packages.ts";

/** Those that ask for no more than their own text with a copy. */
export const ALLOWED: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "OFL-1.1", // a font's
];

/** Others, package by package, and why each is no obstacle. */
export const EXCEPTIONS: Readonly<
  Record<string, { readonly licence: string; readonly why: string }>
> = {
  "@resvg/resvg-wasm": {
    licence: "MPL-2.0",
    why: "installed as its authors publish it: the licence asks for the source of its own files where they are changed, and of nothing that uses them",
  },
};

/** The licence of each installed package by `name@version`, from its `package.json` and its own files. */
export async function installedLicences(): Promise<Map<string, string>> {
  const found = await new Promise<ModuleInfos>((resolve, reject) => {
    init({ start: ROOT }, (error, packages) => (error ? reject(error) : resolve(packages)));
  });
  return new Map(
    Object.entries(found).map(([key, { licenses = "none" }]) => [
      key,
      Array.isArray(licenses) ? licenses.join(" AND ") : licenses,
    ]),
  );
}

/**
 * Whether a package's licence is on the list (one of several joined by OR, all of several joined by AND)
 * or is the one excepted for this package.
 *
 * A guess, which the checker marks with `*`, is not a licence.
 */
export function isAllowed(name: string, licence: string): boolean {
  if (EXCEPTIONS[name]?.licence === licence) return true;
  return licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((part) => ALLOWED.includes(part.trim())));
}
