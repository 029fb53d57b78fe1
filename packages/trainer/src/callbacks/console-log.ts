import type { Callback } from "../callback.ts";
import { formatEpoch } from "../format-epoch.ts";

/** Where {@link consoleLog} writes. */
export interface ConsoleLogOptions {
  /** Takes one line, without its end. @defaultValue `console.log` */
  write?: (line: string) => void;
}

/**
 * Logs one line an epoch, and why the run stopped. Runs everywhere and reads nothing from the device.
 *
 * @example
 * ```ts
 * consoleLog(); // epoch 1/5 · trainLoss 0.3182 · valLoss 0.1093 · 12.4 s
 * ```
 */
export function consoleLog({
  write = (line) => console.log(line),
}: ConsoleLogOptions = {}): Callback {
  return {
    name: "consoleLog",

    onEpochEnd(context) {
      write(formatEpoch(context));
    },

    onTrainEnd({ stopReason }) {
      if (stopReason !== null) write(`stopped: ${stopReason}`);
    },
  };
}
