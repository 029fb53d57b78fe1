import { clone, type Tensor, util } from "@tensorflow/tfjs-core";
import { ArgumentError } from "./errors.ts";

/** One recorded op, as tfjs's engine keeps it. */
export interface TapeNode {
  readonly kernelName: string;
  /** An optional input that was not given is undefined. */
  readonly inputs: Readonly<Record<string, Tensor | undefined>>;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient?: (
    dys: readonly (Tensor | null)[],
  ) => Readonly<Record<string, (() => Tensor) | undefined>>;
}

/** The ops on a path from one of `sources` to `target`, in order, with only the inputs on such a path. */
export function connecting(
  tape: readonly TapeNode[],
  sources: readonly Tensor[],
  target: Tensor,
): TapeNode[] {
  const fromSource = new Set(sources.map((tensor) => tensor.id));
  const reachable = inOrder(tape).filter(({ node, inputs }) => {
    const depends = inputs.some(([, input]) => fromSource.has(input.id));
    if (depends) for (const output of node.outputs) fromSource.add(output.id);
    return depends;
  });
  const toTarget = new Set([target.id]);
  const path: TapeNode[] = [];
  for (const { node, inputs } of reachable.reverse()) {
    if (!node.outputs.some((output) => toTarget.has(output.id))) continue;
    const onPath = inputs.filter(([, input]) => fromSource.has(input.id));
    for (const [, input] of onPath) toTarget.add(input.id);
    path.push({ ...node, inputs: Object.fromEntries(onPath) });
  }
  return path.reverse();
}

/**
 * The tape with every op after those that made its inputs.
 *
 * tfjs records the copy of an output that it saves before the op itself. Read in that order the copy would
 * depend on nothing, and a second derivative, which sees the op through the copy, would lose a term.
 */
function inOrder(tape: readonly TapeNode[]): Op[] {
  const makers = new Map<number, number>();
  tape.forEach((node, i) => {
    for (const { id } of node.outputs) makers.set(id, i);
  });
  const waiting = new Map<number, Op[]>();
  const ordered: Op[] = [];
  tape.forEach((node, i) => {
    const op = { node, inputs: given(node) };
    let last = -1;
    for (const [, { id }] of op.inputs) last = Math.max(last, makers.get(id) ?? -1);
    if (last > i) waiting.set(last, [...(waiting.get(last) ?? []), op]);
    else ordered.push(op, ...(waiting.get(i) ?? []));
  });
  return ordered;
}

/** A node with the list of its inputs, which is looked at more than once. */
interface Op {
  readonly node: TapeNode;
  readonly inputs: readonly [name: string, input: Tensor][];
}

/** The node's inputs by name, without the optional ones that were left out. */
export function given(node: TapeNode): [name: string, input: Tensor][] {
  const all = Object.entries(node.inputs) as [string, Tensor | undefined | null][];
  return all.filter(
    (entry): entry is [string, Tensor] => entry[1] !== undefined && entry[1] !== null,
  );
}

/**
 * The gradient for each of the node's inputs, in their order. Run it in a `tidy`.
 *
 * Each result is a tensor of its own: a gradient function that hands back `dy`, a saved tensor or
 * the same tensor twice gets a clone of it.
 *
 * @throws {ArgumentError} when the op has no gradient, or one of the wrong shape or type.
 */
export function inputGradients(node: TapeNode, upstream: readonly (Tensor | null)[]): Tensor[] {
  if (node.gradient === undefined) {
    throw new ArgumentError(
      `valueAndGrad: no gradient is registered for ${node.kernelName}; ` +
        "register one with tfjs's registerGradient, or wrap the op in customGrad",
    );
  }
  const functions = node.gradient(upstream);
  const taken = new Set<Tensor | null>([...upstream, ...node.saved]);
  return given(node).map(([name, input]) => {
    const gradient = functions[name]?.();
    if (gradient === undefined) {
      throw new ArgumentError(
        `valueAndGrad: ${node.kernelName} has no gradient for its input ${name}; ` +
          `it has for ${Object.keys(functions).join(", ")}`,
      );
    }
    if (gradient.dtype !== "float32" || !util.arraysEqual(gradient.shape, input.shape)) {
      throw new ArgumentError(
        `valueAndGrad: expected the gradient of ${node.kernelName} for ${name} to be ` +
          `float32 [${input.shape}], got ${gradient.dtype} [${gradient.shape}]`,
      );
    }
    if (taken.has(gradient)) return clone(gradient);
    taken.add(gradient);
    return gradient;
  });
}
