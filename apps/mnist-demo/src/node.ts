#!/usr/bin/env node
// The command line: everything that prints, and everything of the platform.
import { selectBackend } from "@kindling/core";
import { mnist } from "@kindling/datasets";
import { candidates } from "./node/backends.ts";
import { parseOptions } from "./node/options.ts";
import { run } from "./node/run.ts";

// `mnist-demo | head` closes the pipe early: no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const options = parseOptions(process.argv.slice(2));
try {
  const { backend, skipped } = await selectBackend(candidates(options.backend));
  const data = options.dataDir === undefined ? {} : { root: options.dataDir };
  const train = await mnist({ train: true, ...data });
  const test = await mnist({ train: false, ...data });
  await run({ options, backend, skipped, train, test });
} catch (error) {
  // One line: what went wrong is in the message, and a stack trace would bury it.
  const message = error instanceof Error ? error.message : String(error);
  console.error(`mnist-demo: ${message.split("\n").join(" ")}`);
  process.exitCode = 1;
}
