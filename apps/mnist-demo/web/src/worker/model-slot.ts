import { manualSeed } from "@kindling/core";
import type { StateDict } from "@kindling/layers";
import { type Architecture, isSame, REFERENCE } from "../architecture.ts";
import type { Filters, WeightsOrigin } from "../messages.ts";
import { EditableCnn } from "./editable-model.ts";
import { firstFilters } from "./review.ts";

/** A model, and where its weights come from. */
export interface ModelInUse {
  readonly model: EditableCnn;
  readonly architecture: Architecture;
  readonly origin: WeightsOrigin;
}

/** The one model in use, and its weights as they last were in ordinary memory. */
export class ModelSlot {
  readonly #onChange: (next: ModelInUse) => void;
  #current: ModelInUse | null = null;
  #kept: (Omit<ModelInUse, "model"> & { readonly state: StateDict }) | null = null;

  /** @param onChange - told of every model that takes another's place. */
  constructor(onChange: (next: ModelInUse) => void) {
    this.#onChange = onChange;
  }

  get current(): ModelInUse | null {
    return this.#current;
  }

  /** Untrained, with the weights that the seed gives. */
  reset(seed: number, architecture: Architecture): void {
    manualSeed(seed);
    this.#use({ model: new EditableCnn(architecture), architecture, origin: "new" });
  }

  /** @throws {Error} when the weights are for another network; the model in use is then as it was. */
  load(state: StateDict, architecture: Architecture, origin: WeightsOrigin): void {
    const model = new EditableCnn(architecture);
    try {
      model.loadStateDict(state);
    } catch (error) {
      model.dispose();
      throw error;
    }
    this.#use({ model, architecture, origin });
  }

  /**
   * The model that a run trains. As in PyTorch, training goes on from the weights that the model has. New
   * ones are drawn again: after the split of the data, as the command line does, a seed gives the same run.
   */
  toTrain(architecture: Architecture): EditableCnn {
    const current = this.#current;
    if (
      current === null ||
      current.origin === "new" ||
      !isSame(current.architecture, architecture)
    ) {
      const model = new EditableCnn(architecture);
      this.#use({ model, architecture, origin: "new" });
      return model;
    }
    return current.model;
  }

  /** Says where the weights now come from: `new` when the next run is to begin anew. */
  mark(origin: WeightsOrigin): void {
    if (this.#current) this.#current = { ...this.#current, origin };
  }

  /** Copies the weights to ordinary memory. @returns the first layer's filters, for a look. */
  async keep(origin?: WeightsOrigin): Promise<Filters | null> {
    if (this.#current === null) return null;
    const { model, architecture, ...rest } = this.#current;
    const state = await model.stateDict();
    this.#kept = { architecture, origin: origin ?? rest.origin, state };
    return firstFilters(state);
  }

  /** Forgets a model whose device is gone. */
  drop(): void {
    this.#current?.model.dispose();
    this.#current = null;
  }

  /** The weights last kept, in a model on the backend that is current; where there are none, untrained. */
  restore(): void {
    const kept = this.#kept;
    if (kept === null) this.reset(0, REFERENCE);
    else this.load(kept.state, kept.architecture, kept.origin);
  }

  #use(next: ModelInUse): void {
    this.#current?.model.dispose();
    this.#current = next;
    this.#onChange(next);
  }
}
