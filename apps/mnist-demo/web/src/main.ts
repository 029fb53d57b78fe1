// The page: wires the worker's messages to what is shown, and what is clicked to the worker.
import type { Architecture } from "./architecture.ts";
import type { FromWorker, ToWorker, WeightsOrigin } from "./messages.ts";
import { backendInAddress, putBackendInAddress } from "./page/address.ts";
import { backendLine, NO_BACKEND } from "./page/backend-line.ts";
import { Bars } from "./page/bars.ts";
import { Controls } from "./page/controls.ts";
import { Curve } from "./page/curves.ts";
import { byId, percent, setText } from "./page/elements.ts";
import { LayersForm } from "./page/layers-form.ts";
import { Notice, type Remedy } from "./page/notice.ts";
import { Pad } from "./page/pad.ts";
import { Predictions } from "./page/predictions.ts";
import { clearResults, showDigits, showEpoch, showFilters, showTest } from "./page/results.ts";
import { startHint } from "./page/start-hint.ts";
import { WeightsFiles } from "./page/weights-files.ts";
import { hasModel, isRunning, type Phase, phaseAfter } from "./phase.ts";

const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
const send = (message: ToWorker): void => worker.postMessage(message);

let phase: Phase = "loading";
let inUse: { readonly origin: WeightsOrigin; readonly architecture: Architecture } | null = null;
const notice = new Notice(remedy);
const bars = new Bars();
const pad = new Pad(() => predict());
const predictions = new Predictions(
  () => pad.digit,
  (id, pixels) => send({ type: "predict", id, pixels }),
  (probabilities) => bars.show(probabilities),
);
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
  send({ type: "load", backend: backendInAddress(), pageUrl: document.baseURI });
}

function remedy(chosen: Remedy): void {
  if (chosen === "wasm") putBackendInAddress("wasm");
  if (chosen === "reload") location.reload();
  else load();
}

function update(): void {
  controls.update(phase, layers.isValid, startHint(inUse, layers.architecture));
  layers.disabled = isRunning(phase);
  weights.update(hasModel(phase), hasModel(phase) && !isRunning(phase));
}

function show(message: FromWorker): void {
  switch (message.type) {
    case "backend":
      showBackend(backendLine(message.backend));
      break;
    case "download":
      controls.download(message.fraction);
      break;
    case "ready":
      showDigits(message.digits, ({ pixels }) => pad.show(pixels));
      break;
    case "started":
      clearRun();
      use("training");
      break;
    case "model":
      showModel(message.origin, message.architecture);
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
      predictions.answer(message.id, message.probabilities);
      break;
    case "weights":
      weights.download(message.file);
      break;
    case "failed":
      predictions.forget();
      if (phase === "failed") use("new"); // what it leaves may be no numbers at all
      if (message.part === "backend" || message.part === "device") showBackend(NO_BACKEND);
      notice.show(message.part, message.message);
      break;
  }
}

function showBackend(line: string): void {
  setText(byId("backend", HTMLElement), line);
}

function showModel(origin: WeightsOrigin, architecture: Architecture): void {
  if (!isRunning(phase)) clearRun();
  if (origin !== "new") layers.architecture = architecture;
  use(isRunning(phase) ? "training" : origin, architecture);
  if (origin === "file") controls.announce("The weights of the file are in use.");
  if (origin === "training") controls.announce("The weights of the last epoch are in use.");
  predict();
}

function use(origin: WeightsOrigin, architecture: Architecture = layers.architecture): void {
  inUse = { origin, architecture };
  update();
}

function clearRun(): void {
  lossCurve.clear();
  accuracyCurve.clear();
  clearResults();
}

function predict(): void {
  if (pad.digit === null) bars.clear();
  else if (hasModel(phase)) predictions.refresh();
}
