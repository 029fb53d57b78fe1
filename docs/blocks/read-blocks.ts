/** A fenced block of a Markdown file. */
export interface Block {
  /** The first word behind the fence, `""` when there is none. */
  readonly language: string;
  /** The other words behind the fence: `"no-run"` of ```` ```ts no-run ````. */
  readonly info: string;
  /** What is between the fences, each line with its newline. */
  readonly source: string;
  /** Of the first line between the fences, counted from 1. */
  readonly line: number;
}

const FENCE = /^( {0,3})(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

/** The fenced blocks of a Markdown text, in order. A fence inside of a longer fence is text. */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const open = FENCE.exec(lines[i] ?? "");
    if (!open) continue;
    const [, indent = "", fence = "", language = "", info = ""] = open;
    const source: string[] = [];
    const line = i + 2;
    for (i++; i < lines.length && !closes(lines[i] ?? "", fence); i++) {
      source.push((lines[i] ?? "").replace(new RegExp(`^ {0,${indent.length}}`), ""));
    }
    blocks.push({ language, info, source: source.map((text) => `${text}\n`).join(""), line });
  }
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === (fence[0] ?? "").repeat(text.length);
}
