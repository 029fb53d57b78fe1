import { builtinModules } from "node:module";

const LONGEST = 214;
/** Not allowed, though made of allowed characters. */
const RESERVED: ReadonlySet<string> = new Set([...builtinModules, "node_modules", "favicon.ico"]);

/**
 * Why npm refuses a name for a new package, without a scope; null when it does not.
 *
 * @example
 * ```ts
 * faultOfName("my-app"); // => null
 * faultOfName("My App"); // "only a-z, 0-9 and - _ . ~ are allowed"
 * ```
 */
export function faultOfName(name: string): string | null {
  if (name === "") return "it is empty";
  if (name.length > LONGEST) return `${LONGEST} characters at most`;
  if (!/^[a-z0-9._~-]+$/.test(name)) return "only a-z, 0-9 and - _ . ~ are allowed";
  if (/^[._-]/.test(name)) return "it has to begin with a letter or a digit";
  if (RESERVED.has(name)) return "it is reserved";
  return null;
}

/** The nearest name that npm takes: `My App` → `my-app`; null when there is none. */
export function nearestName(name: string): string | null {
  const near = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9._~-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "")
    .slice(0, LONGEST);
  return faultOfName(near) === null ? near : null;
}
