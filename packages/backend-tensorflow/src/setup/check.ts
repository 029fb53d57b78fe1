/// <reference types="node" />
import { BackendError } from "@kindling/core";
import { installedBinding } from "../binding/find-package.ts";
import { expectsGpu, reportCuda, whyOnCpu } from "../diagnosis/cuda-report.ts";
import { findCachedBinding } from "./binding-cache.ts";
import { cudaRows } from "./cuda-rows.ts";
import { findCompiler } from "./find-compiler.ts";
import { findSources } from "./find-sources.ts";
import { findTensorflow } from "./find-tensorflow.ts";
import { knownFaults } from "./known-faults.ts";
import { checkPlatform } from "./platform.ts";
import { built, type SetupOptions } from "./setup.ts";
import { type Row, table } from "./table.ts";
import { verifyBinding } from "./verify-binding.ts";

/**
 * Prints a table of what is there, and compiles nothing.
 *
 * @throws {BackendError} when training could not run as things are, with the next step.
 */
export async function check({ python, cuda = false, print }: SetupOptions): Promise<void> {
  checkPlatform();
  const rows: Row[] = [{ name: "Node", state: "ok", detail: describeNode() }];
  const faults: string[] = [];
  const look = async <T>(name: string, find: () => T | Promise<T>, say: (found: T) => string) => {
    const found = await attempt(find);
    rows.push("fault" in found ? missing(name, found.fault) : ok(name, say(found.value)));
    if ("fault" in found) faults.push(found.fault);
    return "fault" in found ? null : found.value;
  };

  const sources = await look("tfjs-node", findSources, (s) => `${s.name} ${s.version}`);
  const tensorflow = await look(
    "TensorFlow",
    () => findTensorflow(python),
    (found) => `${found.version} ${built(found)}, in ${found.folder}`,
  );
  if (tensorflow !== null) {
    rows.push(ok("Python", `${tensorflow.python.version}, ${tensorflow.python.path}`));
    for (const detail of knownFaults(tensorflow)) {
      rows.push({ name: "known fault", state: "note", detail });
    }
  }
  await look("compiler", findCompiler, ({ version }) => version);

  // As `tensorflow()` takes them: the library of tfjs-node's own install script comes first.
  const cached = await findCachedBinding();
  const installed = sources && installedBinding(sources);
  const path = installed ?? cached?.path ?? null;
  const verified =
    sources && path !== null
      ? await look(
          "binding",
          () =>
            verifyBinding(path, installed === null ? (cached?.tensorflow.version ?? null) : null),
          ({ version, device }) => `computes with TensorFlow ${version} on the ${device}, ${path}`,
        )
      : null;
  if (path === null) rows.push(missing("binding", NO_BINDING));
  const isOther = cached !== null && cached.tensorflow.folder !== tensorflow?.folder;
  if (tensorflow !== null && installed === null && isOther) {
    rows.push({ name: "binding", state: "note", detail: OTHER_TENSORFLOW });
  }

  const report = await reportCuda(cached?.tensorflow.folder ?? tensorflow?.folder ?? null);
  print(table([...rows, ...cudaRows(report)], process.stdout.columns));
  if (verified === null) throw new BackendError(faults[0] ?? NO_BINDING);
  if (cuda && verified.device === "CPU") throw new BackendError(whyOnCpu(report));
  print(`\nReady: training runs on the ${verified.device}`);
  if (verified.device === "CPU" && expectsGpu(report)) print(`Note: no GPU: ${whyOnCpu(report)}`);
}

const OTHER_TENSORFLOW =
  "it is of another TensorFlow than the one above, for which npx kindling-tensorflow setup makes one";
const NO_BINDING =
  "expected a binding that setup made, got none yet; npx kindling-tensorflow setup";

async function attempt<T>(find: () => T | Promise<T>): Promise<{ value: T } | { fault: string }> {
  try {
    return { value: await find() };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function ok(name: string, detail: string): Row {
  return { name, state: "ok", detail };
}

function missing(name: string, detail: string): Row {
  return { name, state: "missing", detail };
}

function describeNode(): string {
  return `${process.version}, Node-API ${process.versions.napi}, ${process.platform} ${process.arch}`;
}
