import ts from "typescript";

/** What the comments of a symbol say. */
export interface Doc {
  /** Everything but the examples. */
  readonly text: string;
  readonly hasExample: boolean;
  readonly throws: readonly string[];
}

const NONE: Doc = { text: "", hasExample: false, throws: [] };

/** The doc comments of all of a symbol's declarations (overloads, an interface in parts), as one. */
export function docOf(symbol: ts.Symbol | undefined): Doc {
  return docOfNodes(symbol?.declarations ?? []);
}

/** The same for one declaration, such as a constructor. */
export function docOfNode(node: ts.Node): Doc {
  return docOfNodes([node]);
}

function docOfNodes(nodes: readonly ts.Node[]): Doc {
  const comments = nodes.flatMap((node) =>
    ts.getJSDocCommentsAndTags(holder(node)).filter(ts.isJSDoc),
  );
  if (comments.length === 0) return NONE;
  const tags = comments.flatMap(({ tags = [] }) => [...tags]);
  const examples = tags.filter((tag) => tag.tagName.text === "example");
  let text = comments.map((comment) => comment.getText()).join("\n");
  for (const example of examples) text = text.replace(example.getText(), "");
  return {
    text,
    hasExample: examples.length > 0,
    throws: tags.filter((tag) => tag.tagName.text === "throws").map((tag) => tag.getText()),
  };
}

/** A constant's comment is on its statement. */
function holder(node: ts.Node): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}
