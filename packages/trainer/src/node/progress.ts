/// <reference types="node" />
import cliProgress from "cli-progress";
import type { Callback } from "../callback.ts";
import { epochTitle, formatEpoch, formatValue } from "../format-epoch.ts";

/** Where {@link progress} draws, and how often. */
export interface ProgressOptions {
  /** Where it is drawn. @defaultValue `process.stderr` */
  stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Least time between two updates of the bar; the loss is read from the device for each. @defaultValue 200 */
  refreshMs?: number;
}

/**
 * Shows a progress bar with loss, rate and time to go in a terminal, and leaves one line an epoch.
 *
 * Where the stream is not a terminal (a pipe, a file, CI) it only writes the lines, and reads nothing
 * from the device.
 *
 * @example
 * ```ts
 * new Trainer({ model, loss, optimizer, callbacks: [progress()] });
 * ```
 */
export function progress({
  stream = process.stderr,
  refreshMs = 200,
}: ProgressOptions = {}): Callback {
  let bar: cliProgress.SingleBar | null = null;
  let epochStart = 0;
  let lastUpdate = 0;

  const close = (): void => {
    bar?.stop();
    bar = null;
  };

  return {
    name: "progress",

    onEpochStart({ epoch, epochs, batches }) {
      if (stream.isTTY !== true) return;
      bar = makeBar(stream, Number.isFinite(batches));
      bar.start(batches, 0, {
        title: epochTitle(epoch, epochs),
        loss: "–",
        rate: "–",
        remaining: "–",
      });
      epochStart = performance.now();
      lastUpdate = epochStart;
    },

    async onBatchEnd({ batch, batches, loss }) {
      const now = performance.now();
      if (bar === null || (now - lastUpdate < refreshMs && batch !== batches)) return;
      lastUpdate = now;
      const rate = (batch / (now - epochStart)) * 1000;
      const remaining = formatSeconds((batches - batch) / rate);
      bar.update(batch, { loss: formatValue(await loss()), rate: rate.toPrecision(3), remaining });
    },

    onEpochEnd(context) {
      close();
      stream.write(`${formatEpoch(context)}\n`);
    },

    onTrainEnd({ stopReason }) {
      close();
      if (stopReason !== null) stream.write(`stopped: ${stopReason}\n`);
    },
  };
}

function makeBar(stream: NodeJS.WritableStream, lengthKnown: boolean): cliProgress.SingleBar {
  const count = lengthKnown ? "[{bar}] {value}/{total}" : "batch {value}";
  const eta = lengthKnown ? " · ETA {remaining}" : "";
  return new cliProgress.SingleBar({
    stream,
    format: `{title} ${count} · loss {loss} · {rate} it/s${eta}`,
    barsize: 16,
    clearOnComplete: true,
    // Leaves the terminal's own setting alone, so that a killed process does not leave it changed.
    linewrap: true,
    emptyOnZero: true,
  });
}

// Not cli-progress's own estimate: that says 0 s until the second update.
function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60
    ? `${whole}s`
    : `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}
