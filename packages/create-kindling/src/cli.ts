#!/usr/bin/env node
// The command: the only file that prints.
import { relative } from "node:path";
import { type Arguments, parseArguments } from "./arguments.ts";
import { ask } from "./ask.ts";
import { CreateError } from "./create-error.ts";
import { createProject } from "./create-project.ts";
import { ownVersion, TEMPLATES } from "./templates.ts";

const HELP = `npm create kindling@latest FOLDER -- [options]

Makes a new project that trains, in TypeScript, in a folder that is new or empty.

  -t, --template NAME  ${Object.entries(TEMPLATES)
    .map(([name, what]) => `${name}: ${what}`)
    .join(`\n${" ".repeat(23)}`)}
                       (node when not given)
  -h, --help           show this
  -v, --version        show the version, also that of Kindling in the new project

Without FOLDER it asks, in a terminal.`;

async function run({ help, version, ...given }: Arguments): Promise<void> {
  if (help) console.log(HELP);
  else if (version) console.log(await ownVersion());
  else {
    const { folder, template } = await complete(given);
    const files = await createProject(folder, template);
    const path = relative("", folder);
    console.log(`Made ${folder}, ${files.length} files: ${TEMPLATES[template]}.\n`);
    if (path !== "") console.log(`  cd ${/\s/.test(path) ? JSON.stringify(path) : path}`);
    console.log("  npm install\n  npm start");
  }
}

async function complete({ folder, template }: Pick<Arguments, "folder" | "template">) {
  if (folder !== null) return { folder, template: template ?? "node" };
  if (process.stdin.isTTY && process.stdout.isTTY) {
    return ask(template, { input: process.stdin, output: process.stdout });
  }
  throw new CreateError(
    "expected the folder of the new project, got none; npm create kindling@latest my-app",
  );
}

try {
  await run(parseArguments(process.argv.slice(2)));
} catch (error) {
  const stopped = error instanceof Error && error.name === "AbortError";
  if (!stopped && !(error instanceof CreateError)) throw error;
  console.error(
    stopped ? "\ncreate-kindling: nothing was made" : `create-kindling: ${error.message}`,
  );
  process.exitCode = 1;
}
