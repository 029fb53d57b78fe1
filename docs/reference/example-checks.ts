import ts from "typescript";

/**
 * An example's text, with each statement that shows its value wrapped in a comparison, and the lines of those.
 *
 * @throws {Error} when a `// =>` is not behind a statement that has a value.
 */
export function withChecks(
  file: ts.SourceFile,
  firstLine: number,
): { readonly text: string; readonly lines: readonly number[] } {
  const { text } = file;
  const lines: number[] = [];
  const edits: { at: number; remove: number; insert: string; arrow: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.end);
    const shown = shownAfter(text, node.end);
    const call = ts.isExpressionStatement(node) ? printed(node.expression) : undefined;
    if (shown === undefined || (!shown.arrow && !call)) return;
    const end = `${JSON.stringify(shown.text)}, ${firstLine + line}`;
    if (ts.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      if (declaration && ts.isIdentifier(declaration.name)) {
        lines.push(firstLine + line);
        edits.push({
          at: node.end,
          remove: 0,
          insert: ` await shows(${declaration.name.text}, ${end});`,
          arrow: true,
        });
      }
      return;
    }
    lines.push(firstLine + line);
    const start = call ? call.arguments.pos : node.expression.getStart();
    const stop = call ? call.arguments.end : node.expression.end;
    const value = text.slice(start, stop);
    const wrapped = call
      ? `shows([${value}], ${end}, true)`
      : `shows(${throws(shown.text) ? `async () => (${value})` : `(${value})`}, ${end})`;
    const from = node.getStart();
    edits.push({
      at: from,
      remove: node.expression.end - from,
      insert: `await ${wrapped}`,
      arrow: shown.arrow,
    });
  };
  visit(file);
  let result = text;
  for (const { at, remove, insert } of edits.sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at) + insert + result.slice(at + remove);
  }
  const arrows = text.split("// =>").length - 1;
  const compared = edits.filter(({ arrow }) => arrow).length;
  if (arrows !== compared) {
    throw new Error(
      `line ${firstLine}: expected each of ${arrows} // => behind an expression or a const, got ${compared} there`,
    );
  }
  return { text: result, lines };
}

/** The comment behind a statement on its line; after a bare `// =>`, the comments on the lines below. */
function shownAfter(text: string, end: number): { text: string; arrow: boolean } | undefined {
  const [line = "", ...below] = text.slice(end).split("\n");
  const match = /^;?\s*\/\/ (=>)?\s*(.*)$/.exec(line);
  if (!match) return undefined;
  const arrow = match[1] !== undefined;
  if (match[2] !== "") return { text: match[2] ?? "", arrow };
  const lines: string[] = [];
  for (const next of below) {
    const comment = /^\s*\/\/ ?(.*)$/.exec(next);
    if (!comment) break;
    lines.push(comment[1] ?? "");
  }
  return { text: lines.join("\n"), arrow };
}

function printed(expression: ts.Expression): ts.CallExpression | undefined {
  return ts.isCallExpression(expression) && expression.expression.getText() === "console.log"
    ? expression
    : undefined;
}

function throws(shown: string): boolean {
  return /^\w*Error: /.test(shown);
}
