import { byId } from "./elements.ts";

const NAME = "kindling-mnist.safetensors";
/** Larger than any model that the page can make. */
const MOST_BYTES = 64 * 2 ** 20;

export interface WeightsActions {
  readonly save: () => void;
  readonly load: (file: Uint8Array) => void;
  readonly refuse: (reason: string) => void;
}

/** The buttons that save and load. */
export class WeightsFiles {
  readonly #save = byId("save", HTMLButtonElement);
  readonly #load = byId("load", HTMLInputElement);

  constructor({ save, load, refuse }: WeightsActions) {
    this.#save.addEventListener("click", save);
    this.#load.addEventListener("change", async () => {
      const [file] = this.#load.files ?? [];
      // Forgotten, so that the same file can be chosen again.
      try {
        if (file === undefined) return;
        if (file.size > MOST_BYTES) refuse(`${file.name} has ${file.size} bytes.`);
        else load(new Uint8Array(await file.arrayBuffer()));
      } catch (error) {
        refuse(error instanceof Error ? error.message : String(error));
      } finally {
        this.#load.value = "";
      }
    });
  }

  update(canSave: boolean, canLoad: boolean): void {
    this.#save.disabled = !canSave;
    this.#load.disabled = !canLoad;
  }

  /** Hands the file to the browser's downloads. */
  download(file: Uint8Array): void {
    const url = URL.createObjectURL(new Blob([file as Uint8Array<ArrayBuffer>]));
    const link = document.createElement("a");
    link.href = url;
    link.download = NAME;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
