// What the page is doing, as told by the worker's messages, and what can be done then. Pure.
import type { FromWorker } from "./messages.ts";

export type Phase =
  | "loading"
  | "unavailable"
  | "ready"
  | "training"
  | "paused"
  | "stopping"
  | "testing"
  | "stopped"
  | "failed"
  | "finished";

/** The phase after a message. */
export function phaseAfter(phase: Phase, message: FromWorker): Phase {
  switch (message.type) {
    case "ready":
      return "ready";
    case "started":
    case "resumed":
      return "training";
    case "paused":
    case "stopping":
    case "testing":
    case "stopped":
      return message.type;
    case "tested":
      return "finished";
    case "model":
      // A run makes its model itself; anywhere else a new one means that all is open again.
      return hasModel(phase) && !isRunning(phase) ? "ready" : phase;
    case "failed":
      if (["backend", "device", "data"].includes(message.part)) return "unavailable";
      return message.part === "training" && isRunning(phase) ? "failed" : phase;
    default:
      return phase;
  }
}

/** True from the start of a run to its end, pauses included. */
export function isRunning(phase: Phase): boolean {
  return ["training", "paused", "stopping", "testing"].includes(phase);
}

/** True once there is a model to draw for, train, save or replace. */
export function hasModel(phase: Phase): boolean {
  return phase !== "loading" && phase !== "unavailable";
}
