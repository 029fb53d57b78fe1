import { type Collection, membersOf } from "./members.ts";
import type { AnyModule } from "./module.ts";

/** Prints a module as PyTorch does: torch.nn.Module.__repr__ and its containers'. */
export function print(module: AnyModule): string {
  return printed(module, new Set());
}

function printed(item: AnyModule | Collection, path: ReadonlySet<object>): string {
  if ("source" in item) return printedCollection(item, path);
  const name = item.constructor.name;
  // A module within itself has no end.
  if (path.has(item)) return `${name}(...)`;
  const inner = new Set(path).add(item);
  const extra = item.extraRepr();
  const children = membersOf(item).children.map(
    ([key, child]) => `(${key}): ${indented(printed(child, inner))}`,
  );
  if (children.length === 0 && !extra.includes("\n")) return `${name}(${extra})`;
  return block(name, [...(extra === "" ? [] : extra.split("\n")), ...children]);
}

function printedCollection({ kind, members }: Collection, path: ReadonlySet<object>): string {
  if (kind === "ParameterList" || kind === "ParameterDict") {
    // torch writes the type's name in one and the dtype's in the other, and indents twice.
    const type = kind === "ParameterList" ? "torch.float32" : "torch.FloatTensor";
    const lines = members.states.map(
      ([key, { torchShape }]) =>
        `  (${key}): Parameter containing: [${type} of size ${torchShape.join("x")}]`,
    );
    return block(kind, lines);
  }
  const children = members.children.map(([key, child]) => [key, printed(child, path)] as const);
  if (kind === "ModuleDict") {
    return block(
      kind,
      children.map(([key, text]) => `(${key}): ${indented(text)}`),
    );
  }
  return block(kind, compressed(children));
}

/** `(0-2): 3 x Linear(…)` for equal neighbours. */
function compressed(children: readonly (readonly [key: string, text: string])[]): string[] {
  const runs: { first: string; last: string; count: number; text: string }[] = [];
  for (const [key, text] of children) {
    const run = runs.at(-1);
    if (run?.text === text) {
      run.last = key;
      run.count++;
    } else {
      runs.push({ first: key, last: key, count: 1, text });
    }
  }
  return runs.map(({ first, last, count, text }) =>
    indented(count === 1 ? `(${first}): ${text}` : `(${first}-${last}): ${count} x ${text}`),
  );
}

function block(name: string, lines: readonly string[]): string {
  return `${name}(\n${lines.map((line) => `  ${line}`).join("\n")}\n)`;
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
