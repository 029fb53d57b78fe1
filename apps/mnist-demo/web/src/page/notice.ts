import type { FailedPart } from "../messages.ts";
import { byId, make } from "./elements.ts";

/** Something that a person can do about it. */
export type Remedy = "retry" | "wasm" | "reload";

interface Advice {
  readonly title: string;
  readonly hint: string;
  /** The likeliest to help first. */
  readonly remedies: readonly Remedy[];
}

const LABELS: Readonly<Record<Remedy, string>> = {
  retry: "Try again",
  wasm: "Use wasm instead",
  reload: "Reload the page",
};

/** What failed, and what a person can do about it. */
const ADVICE: Readonly<Record<FailedPart | "worker", Advice>> = {
  backend: {
    title: "No way to compute here",
    hint: "Use a current browser with WebAssembly or WebGPU. An address with ?backend=… asks for that backend only; without it, the page takes the first that works.",
    remedies: ["retry", "wasm"],
  },
  device: {
    title: "The GPU was lost",
    hint: "Its driver crashed, or the browser took it away. The weights as they were after the last whole epoch, or before the run, are safe: try the GPU again or use wasm, which is the processor, then press Start.",
    remedies: ["retry", "wasm"],
  },
  data: {
    title: "The digits did not arrive",
    hint: "The download failed or a file was damaged. Check the connection, then try again.",
    remedies: ["retry"],
  },
  training: {
    title: "Training failed",
    hint: "If the loss is no number any more, take a smaller learning rate and press Start. If memory is full, take smaller batches or a smaller network, or reload the page.",
    remedies: ["reload"],
  },
  reading: {
    title: "The digit could not be read",
    hint: "If memory is full, take a smaller network, or reload the page.",
    remedies: ["reload"],
  },
  weights: {
    title: "These weights could not be used",
    hint: "Choose a .safetensors file that this page saved, for the network in the form. The model is as it was.",
    remedies: [],
  },
  worker: {
    title: "The page’s worker ended",
    hint: "Reload the page to go on; weights that were saved can be loaded again.",
    remedies: ["reload"],
  },
};

/** The message about a failure, with a next step. */
export class Notice {
  readonly #box = byId("notice", HTMLElement);
  readonly #remedies = byId("notice-remedies", HTMLElement);
  readonly #onRemedy: (remedy: Remedy) => void;

  constructor(onRemedy: (remedy: Remedy) => void) {
    this.#onRemedy = onRemedy;
    byId("notice-close", HTMLButtonElement).addEventListener("click", () => this.hide());
  }

  show(part: FailedPart | "worker", details: string): void {
    const { title, hint, remedies } = ADVICE[part];
    byId("notice-title", HTMLElement).textContent = title;
    byId("notice-hint", HTMLElement).textContent = hint;
    byId("notice-details", HTMLElement).textContent = details;
    this.#remedies.replaceChildren(...remedies.map((remedy) => this.#button(remedy)));
    this.#box.hidden = false;
    this.#box.scrollIntoView({ block: "nearest" });
  }

  hide(): void {
    this.#box.hidden = true;
  }

  #button(remedy: Remedy): HTMLButtonElement {
    const button = make("button", {}, LABELS[remedy]);
    button.type = "button";
    button.addEventListener("click", () => {
      this.hide();
      this.#onRemedy(remedy);
    });
    return button;
  }
}
