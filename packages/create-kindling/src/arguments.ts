import { parseArgs } from "node:util";
import { CreateError } from "./create-error.ts";
import { isTemplate, TEMPLATES, type Template } from "./templates.ts";

export interface Arguments {
  readonly help: boolean;
  readonly version: boolean;
  /** Null when the command does not say. */
  readonly folder: string | null;
  readonly template: Template | null;
}

/** @throws {CreateError} for an option or a template that there is not, and for more than one folder. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const { template = null, help = false, version = false } = values;
  if (template !== null && !isTemplate(template)) {
    const known = Object.keys(TEMPLATES).join(" or ");
    throw new CreateError(`expected --template to be ${known}, got ${template}`);
  }
  if (positionals.length > 1) {
    throw new CreateError(
      `expected one folder, got ${positionals.join(" and ")}; npm keeps options to itself unless -- stands ` +
        "before them: npm create kindling@latest my-app -- --template vite",
    );
  }
  return { help, version, folder: positionals[0] ?? null, template };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        template: { type: "string", short: "t" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (cause) {
    // Such as "Unknown option '--temlpate'. To specify …": the first sentence says it.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CreateError(`${message.split(". ")[0]}; see --help`, { cause });
  }
}
