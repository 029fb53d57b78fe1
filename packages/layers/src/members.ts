// How a module's parts are found: by walking its fields, at the time of asking. There is no registry and
// no Proxy; whatever is not a Parameter, Buffer, Module or a collection of them is left alone.
import { ArgumentError } from "@kindling/core";
import { Buffer } from "./buffer.ts";
import { type AnyModule, Module } from "./module.ts";
import { Parameter } from "./parameter.ts";

export type State = Parameter | Buffer;

/** An array, Map or plain object of parts: a module in all but `forward`, as torch's ModuleList is. */
export interface Collection {
  readonly kind: "ModuleList" | "ModuleDict" | "ParameterList" | "ParameterDict";
  readonly source: object;
  readonly members: Members;
}

export interface Members {
  readonly states: readonly (readonly [name: string, state: State])[];
  readonly children: readonly (readonly [name: string, child: AnyModule | Collection])[];
}

/** The direct parts of a module, in the order of its fields. */
export function membersOf(module: AnyModule): Members {
  const members = collect(module["~parts"](), new Set(), true);
  const names = new Set<string>();
  for (const [name] of [...members.states, ...members.children]) {
    if (names.has(name)) {
      throw new ArgumentError(
        `${module.constructor.name}: expected one field named "${name}", got two (see a parameter's name option)`,
      );
    }
    names.add(name);
  }
  return members;
}

function collect(
  entries: Iterable<readonly [string, unknown]>,
  path: ReadonlySet<object>,
  fields: boolean,
): Members {
  const states: [string, State][] = [];
  const children: [string, AnyModule | Collection][] = [];
  for (const [name, value] of entries) {
    if (typeof value !== "object" || value === null) continue;
    if (value instanceof Parameter || value instanceof Buffer) {
      states.push([(fields ? value.key : null) ?? name, value]);
    } else if (value instanceof Module) {
      children.push([name, value]);
    } else {
      const collection = collectionOf(value, path);
      if (collection !== null) children.push([name, collection]);
    }
  }
  return { states, children };
}

function collectionOf(source: object, path: ReadonlySet<object>): Collection | null {
  const entries = entriesOf(source);
  if (entries === null || path.has(source)) return null;
  const members = collect(entries, new Set(path).add(source), false);
  if (members.states.length + members.children.length === 0) return null;
  const element = members.children.length === 0 ? "Parameter" : "Module";
  return { kind: `${element}${Array.isArray(source) ? "List" : "Dict"}`, source, members };
}

function entriesOf(source: object): Iterable<readonly [string, unknown]> | null {
  if (Array.isArray(source) || isPlain(source)) return Object.entries(source);
  if (source instanceof Map) return Array.from(source, ([key, value]) => [String(key), value]);
  return null;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A module or collection met on a walk; `prefix` is `""` for the root, `layers.0.` further down. */
export interface Visit {
  readonly prefix: string;
  readonly module: AnyModule | null;
  readonly members: Members;
}

/**
 * Walks a module, parents first, in the order in which torch does.
 *
 * @param once - visit a module that is held twice only the first time; else at each place, except
 *   within itself.
 */
export function* walk(root: AnyModule, once: boolean): Generator<Visit> {
  const seen = new Set<object>();
  function* visit(prefix: string, item: AnyModule | Collection): Generator<Visit> {
    const module = item instanceof Module ? item : null;
    const identity = module ?? item;
    if (seen.has(identity)) return;
    seen.add(identity);
    const members = "source" in item ? item.members : membersOf(item);
    yield { prefix, module, members };
    for (const [name, child] of members.children) yield* visit(`${prefix}${name}.`, child);
    if (!once) seen.delete(identity);
  }
  yield* visit("", root);
}

/** Every parameter and buffer by its dotted name. */
export function* namedStates(root: AnyModule, once: boolean): Generator<[string, State]> {
  const seen = new Set<State>();
  for (const { prefix, members } of walk(root, once)) {
    const { states } = members;
    const ordered = [
      ...states.filter(isParameter),
      ...states.filter((entry) => !isParameter(entry)),
    ];
    for (const [name, state] of ordered) {
      if (once && seen.has(state)) continue;
      seen.add(state);
      yield [prefix + name, state];
    }
  }
}

function isParameter([, state]: readonly [string, State]): boolean {
  return state instanceof Parameter;
}
