// Publishes this working tree as its next release, by changesets' own commands, from a copy.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publishedPackages, ROOT } from "../supply-chain/published-packages.ts";
import type { Registry } from "./verdaccio.ts";

/**
 * Versions, stages and publishes every package.
 *
 * @param copy - a folder that does not exist yet, for the copy.
 * @throws {Error} when a package has not been built, or a command fails.
 */
export function publishAll(registry: Registry, copy: string): void {
  copyTree(copy);
  writeFileSync(join(copy, ".npmrc"), registry.npmrc);
  const run = (command: string, parameters: readonly string[]): void => {
    execFileSync(command, parameters, {
      cwd: copy,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...registry.environment, NPM_CONFIG_PROVENANCE: "false" },
    });
  };
  const git = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  run("git", ["init", "-q"]);
  run("git", ["add", "-A"]);
  run("git", [...git, "commit", "-qm", "a release to be"]);
  const changeset = join(ROOT, "node_modules/@changesets/cli/bin.js");
  run(process.execPath, [changeset, "version"]);
  run(process.execPath, ["--import", "tsx", "published/staging/stage.ts"]);
  run(process.execPath, [changeset, "publish", "--no-git-tag"]);
}

/** What git knows or would take, and what was built. */
function copyTree(copy: string): void {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT });
  for (const name of list.toString().split("\0").filter(Boolean)) {
    if (!existsSync(join(ROOT, name))) continue; // deleted, not yet committed
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(ROOT, name), join(copy, name));
  }
  for (const { folder } of publishedPackages()) {
    cpSync(join(ROOT, folder, "dist"), join(copy, folder, "dist"), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
}
