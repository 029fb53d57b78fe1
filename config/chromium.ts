import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright";

/** Run as root in a container; WebGPU without a GPU is SwiftShader, which needs to be allowed. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--disable-extensions",
  "--metrics-recording-only",
  "--enable-unsafe-webgpu",
];

/**
 * The browser for the tests: `KINDLING_CHROMIUM`, or `chromium` or `google-chrome` on PATH, or Playwright's own.
 *
 * @throws when there is none, with how to get one.
 */
export function findChromium(): string {
  const wanted = process.env.KINDLING_CHROMIUM;
  if (wanted !== undefined) {
    if (existsSync(wanted)) return wanted;
    throw new Error(`KINDLING_CHROMIUM: expected a browser at ${wanted}, got no file`);
  }
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [...candidates, chromium.executablePath()].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    "The browser tests need Chromium: apt-get install chromium, or npx playwright install chromium, " +
      "or set KINDLING_CHROMIUM to one",
  );
}
