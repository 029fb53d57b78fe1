import { createInterface } from "node:readline/promises";
import { isTemplate, TEMPLATES, type Template } from "./templates.ts";

export interface Answers {
  readonly folder: string;
  readonly template: Template;
}

/** The person's terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks the person at the terminal for what the command did not say.
 *
 * @throws {AbortError} (rejects) when they end it, by Ctrl-C or Ctrl-D.
 */
export async function ask(given: Template | null, { input, output }: Terminal): Promise<Answers> {
  const terminal = createInterface({ input, output });
  // A closed terminal leaves a question without an answer for ever.
  const closed = new Promise<never>((_, reject) => {
    terminal.once("close", () => reject(new DOMException("no answer", "AbortError")));
  });
  const question = (text: string): Promise<string> =>
    Promise.race([terminal.question(text), closed]);
  try {
    const folder = (await question("Folder of the new project (my-model): ")).trim() || "my-model";
    let template = given;
    if (template === null) {
      for (const [name, what] of Object.entries(TEMPLATES)) output.write(`  ${name}  ${what}\n`);
    }
    while (template === null) {
      const answer = (await question("Template (node): ")).trim() || "node";
      if (isTemplate(answer)) template = answer;
    }
    return { folder, template };
  } finally {
    closed.catch(() => {}); // closing is what it rejects on
    terminal.close();
  }
}
