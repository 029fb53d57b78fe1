import type { ProgressReport, TrainingSettings } from "../messages.ts";
import { hasModel, isRunning, type Phase } from "../phase.ts";
import { byId, setText } from "./elements.ts";

export interface ControlActions {
  readonly start: (settings: TrainingSettings) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  readonly reset: (seed: number) => void;
}

const STATUS: Readonly<Record<Phase, string>> = {
  loading: "Loading…",
  unavailable: "Not ready: see the message at the top.",
  ready: "Ready to train.",
  training: "Training.",
  paused: "Paused.",
  stopping: "Stopping after this step.",
  testing: "Testing on 10,000 digits it has not seen.",
  stopped: "Stopped. The model keeps what it has learnt.",
  failed: "Training failed: see the message at the top.",
  finished: "Finished.",
};

/** Buttons, settings, progress and status. */
export class Controls {
  readonly #form = byId("settings", HTMLFormElement);
  readonly #fields = byId("settings-fields", HTMLFieldSetElement);
  readonly #start = byId("start", HTMLButtonElement);
  readonly #pause = byId("pause", HTMLButtonElement);
  readonly #stop = byId("stop", HTMLButtonElement);
  readonly #reset = byId("reset", HTMLButtonElement);
  readonly #progress = byId("progress", HTMLProgressElement);
  readonly #numbers = byId("numbers", HTMLElement);
  readonly #hint = byId("start-hint", HTMLElement);
  readonly #status = byId("status", HTMLElement);
  #phase: Phase = "loading";
  /** A button had the focus when it was disabled, and no other could take it. */
  #owesFocus = false;

  constructor(actions: ControlActions) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#start.disabled) actions.start(this.settings());
    });
    this.#pause.addEventListener("click", () =>
      this.#phase === "paused" ? actions.resume() : actions.pause(),
    );
    this.#stop.addEventListener("click", actions.stop);
    this.#reset.addEventListener("click", () => {
      if (this.#form.reportValidity()) actions.reset(this.settings().seed);
    });
  }

  settings(): TrainingSettings {
    const value = (name: string): number => Number(new FormData(this.#form).get(name));
    return {
      epochs: value("epochs"),
      batchSize: value("batchSize"),
      learningRate: value("learningRate"),
      seed: value("seed"),
      samples: value("samples"),
    };
  }

  /**
   * @param canBuild - false while the layer form holds something that cannot be built.
   * @param hint - what Start will do.
   */
  update(phase: Phase, canBuild: boolean, hint: string): void {
    const focused = document.activeElement;
    const changed = phase !== this.#phase;
    this.#phase = phase;
    this.#start.disabled = !hasModel(phase) || isRunning(phase) || !canBuild;
    this.#pause.disabled = this.#stop.disabled = !isRunning(phase) || phase === "stopping";
    this.#reset.disabled = !hasModel(phase) || phase === "stopping" || !canBuild;
    setText(this.#pause, phase === "paused" ? "Resume" : "Pause");
    setText(this.#hint, hint);
    if (changed) setText(this.#status, STATUS[phase]);
    if (phase === "ready") this.#idle();
    this.#fields.disabled = isRunning(phase);
    // A disabled button loses the focus; it goes on to the one that is next.
    const next = isRunning(phase) ? this.#pause : this.#start;
    const own = focused === this.#start || focused === this.#pause || focused === this.#stop;
    const lost = own
      ? (focused as HTMLButtonElement).disabled
      : this.#owesFocus && nowhere(focused);
    // While it stops there is none; by then the browser has taken the focus from the button.
    this.#owesFocus = lost && next.disabled;
    if (lost && !next.disabled) next.focus();
  }

  /** What is read out: seldom changed, unlike the numbers. */
  announce(text: string): void {
    setText(this.#status, text);
  }

  download(fraction: number): void {
    this.#progress.value = fraction;
    this.#numbers.textContent = `Fetching the digits: ${Math.round(100 * fraction)} %`;
  }

  progress({ epoch, epochs, step, steps, stepsPerSecond, secondsLeft }: ProgressReport): void {
    this.#progress.value = step / steps;
    this.#numbers.textContent = [
      `epoch ${epoch} of ${epochs}`,
      `step ${step.toLocaleString("en")} of ${steps.toLocaleString("en")}`,
      `${stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0)} steps/s`,
      `${duration(secondsLeft)} left`,
    ].join(" · ");
  }

  #idle(): void {
    this.#progress.value = 0;
    this.#numbers.textContent = "\u00a0";
  }
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "…";
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function nowhere(focused: Element | null): boolean {
  return focused === null || focused === document.body;
}
