// The page: wires the worker's messages to what is shown, and what is clicked to the worker.
import type { BackendChoice, BackendReport, FromWorker, ToWorker } from "./messages.ts";
import { Bars } from "./page/bars.ts";
import { Controls } from "./page/controls.ts";
import { Curve } from "./page/curves.ts";
import { byId, percent } from "./page/elements.ts";
import { LayersForm } from "./page/layers-form.ts";
import { Notice } from "./page/notice.ts";
import { Pad } from "./page/pad.ts";
import { clearResults, showDigits, showEpoch, showFilters, showTest } from "./page/results.ts";
import { WeightsFiles } from "./page/weights-files.ts";
import { hasModel, isRunning, type Phase, phaseAfter } from "./phase.ts";

const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
const send = (message: ToWorker): void => worker.postMessage(message);

let phase: Phase = "loading";
const notice = new Notice();
const bars = new Bars();
const pad = new Pad(() => predict());
const lossCurve = new Curve("loss-curve", {
  format: (loss) => loss.toFixed(loss < 0.1 && loss > 0 ? 2 : 1),
  range: (_, max) => [0, Math.max(0.1, max)],
});
const accuracyCurve = new Curve("accuracy-curve", {
  format: (share) => `${Math.round(100 * share)} %`,
  smoothing: 1, // each is the mean of many batches already
  range: (min) => [Math.min(0.9, Math.floor(10 * min) / 10), 1],
});
const layers = new LayersForm(() => update());
const controls = new Controls({
  start: (settings) => send({ type: "start", settings, architecture: layers.architecture }),
  pause: () => send({ type: "pause" }),
  resume: () => send({ type: "resume" }),
  stop: () => send({ type: "stop" }),
  reset: (seed) => send({ type: "reset", seed, architecture: layers.architecture }),
});
const weights = new WeightsFiles({
  save: () => send({ type: "save" }),
  load: (file) => send({ type: "loadWeights", file, architecture: layers.architecture }),
  refuse: (reason) => notice.show("weights", reason),
});

// One question at a time; the newest digit is asked about when the answer has come.
let asked: { id: number; digit: Float32Array | null } | null = null;
let questions = 0;

worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  phase = phaseAfter(phase, data);
  update();
  show(data);
};
worker.onerror = (event) => {
  event.preventDefault();
  notice.show("worker", event.message || "Its script did not load.");
};
worker.onmessageerror = () => notice.show("worker", "A message could not be read.");
load();

function load(): void {
  phase = "loading";
  update();
  send({ type: "load", backend: backendChoice(), pageUrl: document.baseURI });
}

function backendChoice(): BackendChoice {
  const choice = new URLSearchParams(location.search).get("backend");
  return choice === "wasm" || choice === "webgpu" ? choice : "auto";
}

function update(): void {
  controls.update(phase, layers.isValid);
  layers.disabled = isRunning(phase);
  weights.update(hasModel(phase), hasModel(phase) && !isRunning(phase));
}

function show(message: FromWorker): void {
  switch (message.type) {
    case "backend":
      showBackend(message.backend);
      break;
    case "download":
      controls.download(message.fraction);
      break;
    case "ready":
      showDigits(message.digits, ({ pixels }) => pad.show(pixels));
      break;
    case "model":
      lossCurve.clear();
      accuracyCurve.clear();
      clearResults();
      if (message.fromFile) {
        layers.architecture = message.architecture;
        controls.announce("The weights of the file are in use.");
        update();
      }
      predict();
      break;
    case "progress": {
      const { progress } = message;
      controls.progress(progress);
      for (const [step, loss] of progress.losses) lossCurve.add(step, loss);
      if (progress.accuracy !== null) accuracyCurve.add(progress.step, progress.accuracy);
      predict();
      break;
    }
    case "epoch": {
      const { epoch, step, valLoss, valAccuracy } = message.epoch;
      lossCurve.mark(step, valLoss);
      accuracyCurve.mark(step, valAccuracy);
      showEpoch(message.epoch);
      controls.announce(
        `Epoch ${epoch} done: validation loss ${valLoss.toFixed(4)}, accuracy ${percent(valAccuracy)}.`,
      );
      predict();
      break;
    }
    case "filters":
      showFilters(message.filters);
      break;
    case "tested":
      controls.announce(`Finished: ${percent(message.test.accuracy, 2)} on the test digits.`);
      showTest(message.test);
      predict();
      break;
    case "prediction":
      answer(message.id, message.probabilities);
      break;
    case "weights":
      weights.download(message.file);
      break;
    case "failed":
      asked = null;
      notice.show(message.part, message.message, retryOf(message.part));
      break;
  }
}

function retryOf(part: string): (() => void) | undefined {
  return part === "backend" || part === "data" ? load : undefined;
}

function showBackend({ description, skipped }: BackendReport): void {
  const reasons = skipped.map(({ name, reason }) => `${name} not used: ${reason}`);
  byId("backend", HTMLElement).textContent = [`Runs on ${description}`, ...reasons].join(" · ");
}

function predict(): void {
  if (pad.digit === null) bars.clear();
  if (pad.digit === null || asked !== null || !hasModel(phase)) return;
  asked = { id: ++questions, digit: pad.digit };
  send({ type: "predict", id: asked.id, pixels: pad.digit });
}

function answer(id: number, probabilities: Float32Array): void {
  if (asked?.id !== id) return;
  const { digit } = asked;
  asked = null;
  if (pad.digit !== null) bars.show(probabilities);
  if (pad.digit !== digit) predict();
}
