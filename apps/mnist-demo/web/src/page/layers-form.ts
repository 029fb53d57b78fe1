import { type Architecture, countParameters, problemsOf } from "../architecture.ts";
import { byId, make, setText } from "./elements.ts";

/** The form that edits the network, with the count of its parameters and what is wrong with it. */
export class LayersForm {
  readonly #form = byId("layers", HTMLFormElement);
  readonly #fields = byId("layers-fields", HTMLFieldSetElement);
  readonly #parameters = byId("parameters", HTMLElement);
  readonly #problems = byId("layers-problems", HTMLUListElement);

  constructor(onChange: () => void) {
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.noValidate = true; // it explains itself
    this.#form.addEventListener("input", () => {
      this.#check();
      onChange();
    });
    this.#check();
  }

  get architecture(): Architecture {
    const value = (name: string): number => this.#input(name).valueAsNumber;
    return {
      channels: [value("channels1"), value("channels2"), value("channels3")],
      kernelSize: value("kernelSize"),
      dropout: value("dropout"),
      denseUnits: value("denseUnits"),
    };
  }

  set architecture({ channels, ...rest }: Architecture) {
    channels.forEach((count, i) => {
      this.#input(`channels${i + 1}`).valueAsNumber = count;
    });
    for (const [name, value] of Object.entries(rest)) this.#input(name).valueAsNumber = value;
    this.#check();
  }

  get isValid(): boolean {
    return problemsOf(this.architecture).length === 0;
  }

  set disabled(disabled: boolean) {
    this.#fields.disabled = disabled;
  }

  #check(): void {
    const problems = problemsOf(this.architecture);
    this.#problems.replaceChildren(...problems.map(({ message }) => make("li", {}, message)));
    for (const input of this.#form.querySelectorAll("input")) {
      const wrong = problems.some(({ field }) => field === input.name);
      input.setAttribute("aria-invalid", String(wrong));
    }
    const count = countParameters(this.architecture);
    setText(
      this.#parameters,
      problems.length === 0 ? `${count.toLocaleString("en")} parameters` : "–",
    );
  }

  #input(name: string): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement;
  }
}
