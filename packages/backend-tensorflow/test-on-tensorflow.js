// Runs the tests that need TensorFlow: on its CPU kernels, or with --gpu on an NVIDIA GPU, where there is one. Whatever
// else is given goes to vitest. TensorFlow and tfjs-node come into a cache folder the first time, 260 MB of them to
// download, with --gpu 2.8 GB.
//
//   node test-on-tensorflow.js [--gpu] [vitest's arguments]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const TENSORFLOW = "2.20.0";
const TFJS_NODE = "@tensorflow/tfjs-node-gpu@4.22.0";

// Node runs the packages' sources with these.
const SOURCE = ["--conditions=@kindling/source", "--import", "tsx"];

const given = process.argv.slice(2);
const onGpu = given.includes("--gpu");
const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const cache = process.env.KINDLING_CACHE || join(caches, "kindling");
const folder = join(cache, "test-on-tensorflow", onGpu ? "gpu" : "cpu");
const environment = {
  ...process.env,
  // Not the user's own.
  KINDLING_CACHE: folder,
  NODE_PATH: join(folder, "node_modules"),
  KINDLING_TEST_DEVICE: onGpu ? "cuda" : "cpu",
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`test-on-tensorflow: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  if (onGpu) {
    const reason = await whyNoGpu();
    if (reason !== null) {
      console.log(`test-on-tensorflow: skipped, there is no GPU to run on: ${reason}`);
      return 0;
    }
  }
  mkdirSync(folder, { recursive: true });
  const python = await installTensorflow();
  await installTfjsNode();
  await compileBinding(python);
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const rest = given.filter((argument) => argument !== "--gpu");
  const parameters = [vitest, "run", "--config", "vitest.tensorflow.config.ts", ...rest];
  return run(process.execPath, parameters, ROOT, "inherit");
}

async function installTensorflow() {
  const venv = join(folder, "venv");
  const python = join(venv, "bin/python");
  await once(`tensorflow-${TENSORFLOW}`, async () => {
    rmSync(venv, { recursive: true, force: true });
    await must(process.env.PYTHON || "python3", ["-m", "venv", venv]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    // Of Python's packages around it, only the libraries for CUDA are needed.
    const what = onGpu
      ? [`tensorflow[and-cuda]==${TENSORFLOW}`]
      : ["--no-deps", `tensorflow-cpu==${TENSORFLOW}`];
    await must(python, [...pip, ...what]);
  });
  return python;
}

async function installTfjsNode() {
  await once(TFJS_NODE.replaceAll("/", "-"), async () => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    const parameters = [
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ];
    await must("npm", [...parameters, TFJS_NODE]);
  });
}

async function compileBinding(python) {
  const bindings = join(folder, "tensorflow");
  const known = existsSync(bindings) ? readdirSync(bindings) : [];
  const isThere = known.some((name) => {
    const description = join(bindings, name, "binding.json");
    if (!existsSync(description)) return false;
    const { tensorflow } = JSON.parse(readFileSync(description, "utf8"));
    return tensorflow.version === TENSORFLOW;
  });
  if (!isThere)
    await must(process.execPath, [...SOURCE, "src/cli.ts", "setup", "--python", python], HERE);
}

/** In the words of the diagnosis; null when there is a driver. Asked before gigabytes are loaded. */
async function whyNoGpu() {
  const program = `
    import { reportCuda } from "./src/diagnosis/cuda-report.ts";
    const { driver } = await reportCuda(null);
    console.log(JSON.stringify(driver.reason ?? null));`;
  const parameters = [...SOURCE, "--input-type=module", "--eval", program];
  let output = "";
  const child = spawn(process.execPath, parameters, { cwd: HERE, env: environment });
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.pipe(process.stderr);
  await new Promise((resolve) => child.on("close", resolve));
  return JSON.parse(output);
}

/** Does something that a mark in the folder says was done before. */
async function once(name, work) {
  const mark = join(folder, `${name}.done`);
  if (existsSync(mark)) return;
  console.log(`test-on-tensorflow: installing ${name} into ${folder}`);
  await work();
  writeFileSync(mark, "");
}

async function must(program, parameters, cwd = folder) {
  const code = await run(program, parameters, cwd, ["ignore", "inherit", "inherit"]);
  if (code === 0) return;
  throw new Error(
    `expected "${[program, ...parameters].join(" ")}" to succeed, got exit code ${code}`,
  );
}

function run(program, parameters, cwd, stdio) {
  // `npm run --workspace` says so to every npm below it.
  const env = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^npm_config_(workspace|loglevel)/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { cwd, stdio, env });
    child.on("error", (error) =>
      reject(new Error(`expected ${program} to start, got ${error.message}`)),
    );
    child.on("exit", (code, signal) => resolve(signal === null ? code : 1));
  });
}
