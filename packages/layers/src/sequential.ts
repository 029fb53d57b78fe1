import { ArgumentError } from "@kindling/core";
import { clone, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { type AnyModule, type InputOf, type Inputs, Module, type OutputOf } from "./module.ts";

/** Layers with names of their own, in order. */
export type NamedLayers = Readonly<Record<string, AnyModule>> | ReadonlyMap<string, AnyModule>;
type Layers = readonly AnyModule[] | readonly [NamedLayers];

/** A layer whose output is of its input's type, such as Linear and ReLU. */
interface Preserving {
  forward<T extends Tensor>(x: T): T;
}
type Through<L, In> = L extends Preserving ? In : OutputOf<L>;
type FlowOf<Ls, In> = Ls extends readonly [infer L, ...infer Rest]
  ? FlowOf<Rest, Through<L, In>>
  : In;

/** What a sequence takes: what its first layer does. */
export type FirstInput<Ls> = Ls extends readonly [infer L extends AnyModule, ...unknown[]]
  ? InputOf<L>
  : Tensor;
/** What a sequence returns: what its last layer does, given what goes through the others. */
export type LastOutput<Ls> = Ls extends readonly [AnyModule, ...AnyModule[]]
  ? FlowOf<Ls, FirstInput<Ls>>
  : Tensor;

/**
 * Layers applied one after another.
 *
 * Takes what its first layer takes and returns what its last one does. Layers are named `0`, `1`, … or,
 * given as an object or Map, by its keys.
 *
 * @throws {ArgumentError} when a layer is not a Module.
 *
 * @example
 * ```ts
 * const model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 3));
 * model.forward(zeros([2, 4])).shape; // => [2, 3]
 * ```
 */
export class Sequential<const Ls extends Layers = readonly AnyModule[]> extends Module<
  FirstInput<Ls>,
  LastOutput<Ls>
> {
  readonly #layers: ReadonlyMap<string, AnyModule>;

  constructor(...layers: Ls) {
    super();
    this.#layers = named(layers);
    for (const [name, layer] of this.#layers) {
      if (!(layer instanceof Module)) {
        throw new ArgumentError(`Sequential: expected layer ${name} to be a Module, got ${layer}`);
      }
    }
  }

  /** How many layers. */
  get length(): number {
    return this.#layers.size;
  }

  /** The layer at a position, from the end when negative. */
  at(index: number): AnyModule | undefined {
    return [...this.#layers.values()].at(index);
  }

  /** The layers, in order. */
  [Symbol.iterator](): IterableIterator<AnyModule> {
    return this.#layers.values();
  }

  // The types of what lies between two layers are known to the caller's compiler, not here.
  override forward(...inputs: Inputs<FirstInput<Ls>>): LastOutput<Ls> {
    let x: readonly unknown[] = inputs;
    return tidy(() => {
      for (const layer of this.#layers.values()) {
        x = [(layer as Module<unknown[], unknown>).forward(...x)];
      }
      // With no layers, still a tensor of the caller's own.
      return this.length === 0 ? clone(x[0] as Tensor) : (x[0] as Tensor);
    }) as LastOutput<Ls>;
  }

  override "~parts"(): Iterable<readonly [string, unknown]> {
    return this.#layers;
  }
}

function named(layers: Layers): ReadonlyMap<string, AnyModule> {
  const [first] = layers;
  if (layers.length !== 1 || first === undefined || first instanceof Module) {
    return new Map(layers.map((layer, i) => [String(i), layer as AnyModule]));
  }
  return first instanceof Map ? new Map(first) : new Map(Object.entries(first));
}
