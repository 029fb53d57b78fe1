import type { FailedPart } from "../messages.ts";
import { byId } from "./elements.ts";

interface Advice {
  readonly title: string;
  readonly hint: string;
  /** What the button says, when there is something to try. */
  readonly retry?: string;
}

/** What failed, and what a person can do about it. */
const ADVICE: Readonly<Record<FailedPart | "worker", Advice>> = {
  backend: {
    title: "No way to compute here",
    hint: "Use a current browser with WebAssembly or WebGPU. An address with ?backend=… asks for that backend only; without it, the page takes the first that works.",
    retry: "Try again",
  },
  data: {
    title: "The digits did not arrive",
    hint: "The download failed or a file was damaged. Check the connection, then try again.",
    retry: "Try again",
  },
  training: {
    title: "Training failed",
    hint: "If the loss is no number any more, take a smaller learning rate. If the device was lost or its memory is full, reload the page; ?backend=wasm at the end of the address uses the processor instead.",
    retry: "Reload the page",
  },
  weights: {
    title: "These weights could not be used",
    hint: "Choose a .safetensors file that this page saved, for the network in the form. The model is as it was.",
  },
  worker: {
    title: "The page’s worker ended",
    hint: "Reload the page to go on; weights that were saved can be loaded again.",
    retry: "Reload the page",
  },
};

/** The message about a failure, with a next step. */
export class Notice {
  readonly #box = byId("notice", HTMLElement);
  readonly #retry = byId("notice-retry", HTMLButtonElement);
  #onRetry: () => void = () => {};

  constructor() {
    this.#retry.addEventListener("click", () => {
      this.hide();
      this.#onRetry();
    });
    byId("notice-close", HTMLButtonElement).addEventListener("click", () => this.hide());
  }

  /** @param onRetry - what the button does, where there is one; otherwise it reloads. */
  show(part: FailedPart | "worker", details: string, onRetry?: () => void): void {
    const { title, hint, retry } = ADVICE[part];
    byId("notice-title", HTMLElement).textContent = title;
    byId("notice-hint", HTMLElement).textContent = hint;
    byId("notice-details", HTMLElement).textContent = details;
    this.#retry.hidden = retry === undefined;
    this.#retry.textContent = retry ?? "";
    this.#onRetry = onRetry ?? (() => location.reload());
    this.#box.hidden = false;
    this.#box.scrollIntoView({ block: "nearest" });
  }

  hide(): void {
    this.#box.hidden = true;
  }
}
