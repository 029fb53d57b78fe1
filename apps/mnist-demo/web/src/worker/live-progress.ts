import type { Callback } from "@kindling/trainer";
import type { EpochReport, ProgressReport } from "../messages.ts";
import type { Gate } from "./gate.ts";
import type { LiveAccuracy } from "./live-accuracy.ts";

/** Often enough to look alive, seldom enough to cost nothing. */
const REPORT_MS = 150;
/** How much of the speed is the last interval's; the rest is what it was. */
const SMOOTHING = 0.2;

export interface LiveProgressOptions {
  readonly gate: Gate;
  readonly accuracy: LiveAccuracy;
  /** Reading a loss waits for a GPU, and costs a CPU nothing: milliseconds between two reads. */
  readonly readMs: number;
  readonly onProgress: (progress: ProgressReport) => void;
  readonly onEpoch: (epoch: EpochReport) => void | Promise<void>;
}

export interface LiveProgress extends Callback {
  /** The steps taken. */
  readonly step: number;
  /** Reports the last step, where it has not been. */
  readonly flush: () => void;
}

/** Reports where a run is a few times a second, and each epoch's results. */
export function liveProgress(options: LiveProgressOptions): LiveProgress {
  const { gate, accuracy, readMs, onProgress, onEpoch } = options;
  let losses: [step: number, loss: number][] = [];
  let readAt = 0;
  let at = { epoch: 0, epochs: 0, step: 0, steps: 0 };
  let reported = { atMs: 0, step: 0 };
  let stepsPerSecond = 0;
  // The run's own clock, which stands still while it is paused.
  const clock = (): number => performance.now() - gate.pausedMs;

  const report = (recent: number | null): void => {
    const now = clock();
    const speed = (1000 * (at.step - reported.step)) / Math.max(1, now - reported.atMs);
    stepsPerSecond += (speed - stepsPerSecond) * (stepsPerSecond === 0 ? 1 : SMOOTHING);
    reported = { atMs: now, step: at.step };
    const secondsLeft = (at.steps - at.step) / stepsPerSecond;
    onProgress({ ...at, losses, accuracy: recent, stepsPerSecond, secondsLeft });
    losses = [];
  };

  return {
    name: "liveProgress",

    get step() {
      return at.step;
    },

    flush() {
      if (at.step > reported.step) report(null);
    },

    onEpochStart() {
      reported = { atMs: clock(), step: at.step };
    },

    async onBatchEnd({ epoch, epochs, batch, batches, step, loss }) {
      at = { epoch, epochs, step, steps: epochs * batches };
      const now = clock();
      if (now - readAt >= readMs) {
        readAt = now;
        losses.push([step, await loss()]);
      }
      // A pause that came during this step is to show it.
      if (now - reported.atMs < REPORT_MS && batch < batches && !gate.paused) return;
      report(await accuracy.takeRecent());
    },

    async onEpochEnd({ epoch, metrics, seconds }) {
      const value = (name: string): number => metrics[name] ?? Number.NaN;
      await onEpoch({
        epoch,
        step: at.step,
        trainLoss: value("trainLoss"),
        trainAccuracy: value("trainAccuracy"),
        valLoss: value("valLoss"),
        valAccuracy: value("valAccuracy"),
        seconds,
      });
    },
  };
}
