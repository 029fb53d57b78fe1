import ts from "typescript";
import type { Doc } from "./doc-of.ts";

const TENSOR = /^(Tensor([1-6]D)?|Scalar|Variable|Parameter|Buffer|TensorLike\w*)$/;
const SHAPE = /\[[^\]\n]*\]|(any|same|own|its|equal) shape|\bscalars?\b|shape of/i;
const DEFAULT =
  /@defaultValue|default|without|\bnone\b|left out|absent|omitted|otherwise|when given|undefined|unless/i;

/**
 * The tensors of a function or member that its comments give no shape for: of several parameters, those
 * that the comments do not name; all when no shape is written.
 */
export function lackShapes(node: ts.SignatureDeclaration, docs: readonly Doc[]): string[] {
  const tensors = node.parameters.filter(({ type }) => type && mentionsTensor(type));
  const names = tensors.map(({ name }) => name.getText());
  if (!docs.some(({ text }) => SHAPE.test(text))) {
    return node.type && mentionsTensor(node.type) ? [...names, "the result"] : names;
  }
  const text = docs.map((doc) => doc.text).join("\n");
  return names.length < 2 ? [] : names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
}

/** True when a field or option is a tensor and no comment gives a shape. */
export function lacksOwnShape(node: ts.Node, docs: readonly Doc[]): boolean {
  const isField = ts.isPropertySignature(node) || ts.isPropertyDeclaration(node);
  if (!isField || !node.type || !mentionsTensor(node.type)) return false;
  return !docs.some(({ text }) => SHAPE.test(text));
}

/** True when the comment of an optional property names no default. */
export function lacksDefault(node: ts.Node, { text }: Doc): boolean {
  return ts.isPropertySignature(node) && node.questionToken !== undefined && !DEFAULT.test(text);
}

/** The optional parameters, options objects aside, when no comment names a default. */
export function lackDefaults(node: ts.SignatureDeclaration, docs: readonly Doc[]): string[] {
  if (docs.some(({ text }) => DEFAULT.test(text))) return [];
  const optional = node.parameters.filter(
    ({ initializer, questionToken, type }) =>
      (initializer || questionToken) && !/Options\b/.test(type?.getText() ?? ""),
  );
  return optional.map(({ name }) => name.getText());
}

function mentionsTensor(type: ts.TypeNode): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionTypeNode(node)) return;
    if (ts.isTypeReferenceNode(node) && TENSOR.test(node.typeName.getText())) found = true;
    ts.forEachChild(node, visit);
  };
  visit(type);
  return found;
}
