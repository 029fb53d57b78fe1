#!/usr/bin/env node
/// <reference types="node" />
// The command line: everything that prints.
import { Command } from "commander";
import { check } from "./setup/check.ts";
import { type SetupOptions, setup } from "./setup/setup.ts";
import { verify } from "./setup/verification.ts";
import { VERIFY_COMMAND } from "./setup/verify-binding.ts";

type SetupFlags = Omit<SetupOptions, "print"> & { readonly check?: boolean };

const NAME = "kindling-tensorflow";

// `kindling-tensorflow setup --check | head` closes the pipe early: no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const print = (line: string) => console.log(line);

const program = new Command(NAME)
  .description("Connects Kindling with a TensorFlow that pip installed.")
  .helpOption("--help", "show this")
  .helpCommand(false)
  .configureOutput({
    outputError: (text, write) =>
      write(`${NAME}: ${oneLine(text).replace(/^error: /, "")}; see ${NAME} --help\n`),
  });

program
  .command("setup")
  .description("compiles and verifies the binding, into the cache folder (KINDLING_CACHE)")
  .option("--python <path>", "the Python that has TensorFlow")
  .option("--check", "compile nothing: print a table of what is there")
  .option("--cuda", "fail where training would not run on a GPU")
  .allowExcessArguments(false)
  .action(async ({ check: checkOnly, ...options }: SetupFlags) => {
    await (checkOnly ? check : setup)({ ...options, print });
  });

program.command(`${VERIFY_COMMAND} <path>`, { hidden: true }).action(async (path: string) => {
  print(JSON.stringify(await verify(path)));
});

try {
  await program.parseAsync();
} catch (error) {
  // One line: what went wrong is in the message, and a stack trace would bury it.
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${NAME}: ${oneLine(message)}`);
  process.exitCode = 1;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}
