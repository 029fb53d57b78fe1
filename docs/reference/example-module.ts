import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "./entries.ts";
import { withChecks } from "./example-checks.ts";
import type { Example } from "./examples.ts";
import { Fixtures } from "./fixtures.ts";
import type { PublicApi } from "./public-names.ts";

const FIXTURES = new Set(Object.getOwnPropertyNames(Fixtures.prototype).concat("folder"));
const FILES = new Map(["readFile", "writeFile"].map((name) => [name, "node:fs/promises"]));

/**
 * A module that runs an example: imports for the names that it uses and does not declare, its fixtures, and
 * for each `// =>` a call that compares. Its lines are those of the file that has the example.
 *
 * Exports the lines of those calls as `shown`, for the runner to know that all were made. The default export takes the folder of the fixtures and `shows(value, expected, line, printed)`.
 */
export function exampleModule(example: Example, api: PublicApi): string {
  const file = ts.createSourceFile("example.ts", example.source, ts.ScriptTarget.ES2022, true);
  const { used, declared } = names(file);
  const free = [...used].filter((name) => !declared.has(name)).sort();
  const imports: string[] = [];
  const fixtures: string[] = [];
  for (const name of free) {
    const found = whereIs(name, example.package, api);
    if (found)
      imports.push(`import { ${found.isValue ? "" : "type "}${name} } from "${found.from}";`);
    else if (FIXTURES.has(name)) fixtures.push(name);
  }
  const { text, lines } = withChecks(file, example.line);
  const head =
    `export const shown = ${JSON.stringify(lines)}; import { Fixtures } from ${JSON.stringify(join(ROOT, "docs/reference/fixtures.ts"))}; ${imports.join(" ")} ` +
    "export default async (folder: string, shows: (value: unknown, expected: string, line: number, " +
    "printed?: boolean) => Promise<void>): Promise<void> => { " +
    `const { ${fixtures.join(", ")} } = new Fixtures(folder); void shows; { `;
  return `${head}${"\n".repeat(example.line - 1)}${text}\n} };\n`;
}

function whereIs(
  name: string,
  home: string,
  { names, tfjs }: PublicApi,
): { from: string; isValue: boolean } | undefined {
  const kindling = names.filter((candidate) => candidate.name === name);
  const found = kindling.find(({ entry }) => entry.package === home) ?? kindling[0];
  if (FIXTURES.has(name) && found?.entry.package !== home) return undefined;
  if (found) return { from: found.entry.specifier, isValue: found.isValue };
  const isValue = tfjs.get(name);
  if (isValue !== undefined) return { from: "@tensorflow/tfjs-core", isValue };
  const from = FILES.get(name);
  return from === undefined ? undefined : { from, isValue: true };
}

function names(file: ts.SourceFile): { used: Set<string>; declared: Set<string> } {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMember(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const declare = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) declared.add(name.text);
    else
      for (const element of name.elements) if (ts.isBindingElement(element)) declare(element.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) declare(name);
    } else if (
      (ts.isClassDeclaration(statement) ||
        ts.isFunctionDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name
    ) {
      declared.add(statement.name.text);
    }
  }
  return { used, declared };
}

/** Behind a dot, or the name of a property: not looked up. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertySignature(parent)) &&
    parent.name === node
  );
}
