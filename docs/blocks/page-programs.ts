import { type Block, readBlocks } from "./read-blocks.ts";

/** A program on a page: its ```` ```ts ```` blocks, one after another. */
export interface PageProgram {
  /** The page's name and the line of the first block: `docs/memory.md:12`. */
  readonly name: string;
  /** Empty lines stand for the page's text, so that a line here is the same line of the page. */
  readonly source: string;
  /** False for `ts no-run`: compiled only. */
  readonly runs: boolean;
  /** Its `text output` blocks, joined: the exact stdout. Undefined when the page shows none. */
  readonly output: string | undefined;
}

const WORDS = new Set(["new", "no-run", "sketch"]);

/**
 * The programs of a page. Its `ts` blocks are one program in their order, except: `ts new` starts another,
 * `ts no-run` is a program by itself that is only compiled, and `ts sketch` is none. A `text output` block
 * is what the program printed since the last one.
 *
 * @param name - the page's path, for messages.
 * @throws {Error} when a block's info has an unknown word, or an output follows no program.
 */
export function pagePrograms(markdown: string, name: string): PageProgram[] {
  const programs: { blocks: Block[]; runs: boolean; output: string | undefined }[] = [];
  let current: (typeof programs)[number] | undefined;
  for (const block of readBlocks(markdown)) {
    const words = block.info.split(/\s+/).filter((word) => word !== "" && !/^[{:[]/.test(word));
    if (block.language === "text" && words.includes("output")) {
      if (!current) throw new Error(`${name}:${block.line}: expected a program before its output`);
      current.output = (current.output ?? "") + block.source;
      continue;
    }
    if (block.language !== "ts") continue;
    const unknown = words.find((word) => !WORDS.has(word));
    if (unknown !== undefined) {
      throw new Error(
        `${name}:${block.line}: expected ts with ${[...WORDS].join(", ")} or nothing, got "${unknown}"`,
      );
    }
    if (words.includes("sketch")) continue;
    if (words.includes("no-run")) {
      programs.push({ blocks: [block], runs: false, output: undefined });
    } else if (current && !words.includes("new")) {
      current.blocks.push(block);
    } else {
      current = { blocks: [block], runs: true, output: undefined };
      programs.push(current);
    }
  }
  return programs.map(({ blocks, runs, output }) => ({
    name: `${name}:${blocks[0]?.line}`,
    source: atTheirLines(blocks),
    runs,
    output,
  }));
}

function atTheirLines(blocks: readonly Block[]): string {
  let source = "";
  let line = 1;
  for (const block of blocks) {
    source += "\n".repeat(Math.max(0, block.line - line)) + block.source;
    line = block.line + block.source.split("\n").length - 1;
  }
  return source;
}
