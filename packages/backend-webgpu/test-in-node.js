// Runs the tests that need a GPU in Node, by Dawn: on the software driver SwiftShader that comes with Chromium, or on
// this machine's own GPU with --gpu. Whatever else is given goes to vitest.
//
//   node test-in-node.js [--gpu] [vitest's arguments]
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ICD = "vk_swiftshader_icd.json";

const given = process.argv.slice(2);
const onGpu = given.includes("--gpu");
const environment = onGpu ? {} : software();
const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
const parameters = [
  "run",
  "--config",
  "vitest.webgpu.config.ts",
  ...given.filter((g) => g !== "--gpu"),
];
// A library path counts only for a process that starts with it.
const child = spawn(process.execPath, [vitest, ...parameters], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, ...environment },
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? code : 1;
});

function software() {
  if (process.env.VK_ICD_FILENAMES) return {};
  const folder = folders().find((at) => existsSync(join(at, ICD)));
  if (folder === undefined) {
    console.error(
      `test-in-node: expected ${ICD}, Chromium's software GPU driver, got none; install it with ` +
        "apt-get install chromium or npx playwright install chromium, name it in VK_ICD_FILENAMES, " +
        "or run on this machine's GPU with --gpu",
    );
    process.exit(1);
  }
  return {
    VK_ICD_FILENAMES: join(folder, ICD),
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
  };
}

function folders() {
  const chosen = process.env.KINDLING_CHROMIUM;
  const downloads = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache/ms-playwright");
  const downloaded = existsSync(downloads) ? readdirSync(downloads) : [];
  return [
    ...(chosen ? [dirname(chosen)] : []),
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/opt/google/chrome",
    ...downloaded.flatMap((name) => [
      join(downloads, name, "chrome-linux"),
      join(downloads, name, "chrome-linux64"),
    ]),
  ];
}
