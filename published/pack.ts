import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Packed {
  /** Paths within the package. */
  readonly files: readonly string[];
  /** The tarball that npm would upload. */
  readonly tarball: Uint8Array;
}

/** What `npm publish` would upload of a folder. */
export function pack(folder: string): Packed {
  const to = mkdtempSync(join(tmpdir(), "kindling-pack-"));
  try {
    const output = execFileSync("npm", ["pack", "--json", "--pack-destination", to], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const said = JSON.parse(output) as unknown;
    // npm 11 answers with a list, later ones with an object by name.
    const [about] = Object.values(said as object) as [
      { filename: string; files: { path: string }[] },
    ];
    return {
      files: about.files.map(({ path }) => path).sort(),
      tarball: readFileSync(join(to, about.filename)),
    };
  } finally {
    rmSync(to, { recursive: true });
  }
}
