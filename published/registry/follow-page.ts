// A page of the documentation, followed word by word: its files written, its commands run, its output compared.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Step {
  readonly kind: "file" | "commands" | "output";
  /** The file's name. */
  readonly name: string;
  readonly text: string;
}

/**
 * The steps of a page: `ts [NAME]` blocks are files, `sh` blocks commands, `text output` what the commands before
 * printed.
 */
export function stepsOf(markdown: string): Step[] {
  const blocks = markdown.matchAll(/^```(ts|sh|text) ?(.*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language, info = "", text = ""]) => {
    if (language === "sh") return { kind: "commands", name: "", text };
    if (language === "text") return { kind: "output", name: "", text };
    const name = /^\[([\w.-]+)\]$/.exec(info)?.[1];
    if (name === undefined)
      throw new Error(`expected a file's name, as in ts [model.ts], got ts ${info}`);
    return { kind: "file", name, text };
  });
}

/**
 * Follows them from an empty folder.
 *
 * @param shell - runs commands there, and returns what they printed.
 * @returns what the page says was printed, and what was, block by block.
 */
export function follow(
  steps: readonly Step[],
  folder: string,
  shell: (folder: string, commands: string) => string,
): { said: string; printed: string }[] {
  const outputs: { said: string; printed: string }[] = [];
  let [here, printed] = [folder, ""];
  for (const { kind, name, text } of steps) {
    if (kind === "file") writeFileSync(join(here, name), text);
    else if (kind === "output") outputs.push({ said: text, printed });
    else {
      printed = shell(here, text);
      // Each block is a shell of its own.
      const into = /^cd (\S+)$/m.exec(text)?.[1];
      if (into !== undefined) here = join(here, into);
    }
  }
  return outputs;
}
