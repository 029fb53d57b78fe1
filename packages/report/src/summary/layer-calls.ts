import { tidy } from "@tensorflow/tfjs-core";

/** What a summary asks of a parameter; a `Parameter` has it. */
export interface SummarizedParameter {
  /** How many values it has. */
  readonly size: number;
  /** tfjs's name of their type, which their bytes are counted by. */
  readonly dtype: string;
  /** Whether it counts as trainable. */
  readonly requiresGrad: boolean;
}

/** What a summary asks of a model and of all modules within it; a `Module` has it. */
export interface SummarizedModule {
  /** Runs it; wrapped for the time of the summary. */
  readonly forward: (...inputs: never[]) => unknown;
  /** Off for the time of the summary: dropout and batch normalization as in use. */
  training: boolean;
  /** The modules directly within, by the names of their fields. */
  readonly namedChildren: () => readonly (readonly [name: string, child: SummarizedModule])[];
  /** Its parameters and those of all modules within, by dotted names. */
  readonly namedParameters: () => readonly (readonly [
    name: string,
    parameter: SummarizedParameter,
  ])[];
}

/** A module and where it is. */
export interface Place {
  readonly module: SummarizedModule;
  /** Dotted; `""` for the model. */
  readonly name: string;
  /** 0 for the model. */
  readonly depth: number;
  readonly parent: Place | null;
}

/** A call of a module's `forward`, or a module whose parts were called and itself was not. */
export interface LayerCall {
  readonly place: Place;
  /** Null when it was not called, or returned no tensor. */
  output: { readonly shape: readonly number[]; readonly dtype: string } | null;
  /** The module was called before. */
  readonly isRepeated: boolean;
}

/**
 * Runs the model once, in evaluation mode, and tells which modules were called, in order.
 *
 * For the time of the pass each module's `forward` is wrapped, by a field on the object that hides the
 * method; fields and modes are put back whatever happens.
 */
export function recordCalls(model: SummarizedModule, inputs: readonly unknown[]): LayerCall[] {
  const calls: LayerCall[] = [];
  const called = new Set<SummarizedModule>();
  const add = (place: Place): LayerCall => {
    // A parent that calls its child's child has no call of the child: it gets a line all the same.
    if (place.parent !== null && !called.has(place.parent.module)) add(place.parent);
    const call = { place, output: null, isRepeated: called.has(place.module) };
    called.add(place.module);
    calls.push(call);
    return call;
  };
  const undo: (() => void)[] = [];
  try {
    for (const place of placesOf(model)) undo.push(wrap(place, add));
    tidy(() => void (model.forward as (...inputs: unknown[]) => unknown)(...inputs));
  } finally {
    for (const restore of undo.reverse()) restore();
  }
  return calls;
}

/** Every module once, parents first. */
function placesOf(model: SummarizedModule): Place[] {
  const places = new Map<SummarizedModule, Place>();
  const visit = (module: SummarizedModule, name: string, parent: Place | null): void => {
    if (places.has(module)) return;
    const place = { module, name, parent, depth: parent === null ? 0 : parent.depth + 1 };
    places.set(module, place);
    for (const [key, child] of module.namedChildren()) {
      visit(child, name === "" ? key : `${name}.${key}`, place);
    }
  };
  visit(model, "", null);
  return [...places.values()];
}

/** @returns what puts `forward` and the mode back. */
function wrap(place: Place, add: (place: Place) => LayerCall): () => void {
  const { module } = place;
  const { training, forward } = module;
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  Object.defineProperty(module, "forward", {
    configurable: true,
    value: (...inputs: never[]) => {
      const call = add(place);
      const output = forward.apply(module, inputs);
      call.output = firstTensor(output);
      return output;
    },
  });
  module.training = false;
  return () => {
    module.training = training;
    if (own !== undefined) Object.defineProperty(module, "forward", own);
    else Reflect.deleteProperty(module, "forward");
  };
}

// Of several outputs the first, as torchinfo.
function firstTensor(output: unknown): LayerCall["output"] {
  if (typeof output !== "object" || output === null) return null;
  if ("shape" in output && "dtype" in output) {
    const { shape, dtype } = output as { shape: readonly number[]; dtype: string };
    return { shape: [...shape], dtype };
  }
  for (const value of Object.values(output)) {
    const found = firstTensor(value);
    if (found !== null) return found;
  }
  return null;
}
