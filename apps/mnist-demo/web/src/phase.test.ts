import { expect, test } from "vitest";
import { REFERENCE } from "./architecture.ts";
import type { FromWorker } from "./messages.ts";
import { hasModel, isRunning, type Phase, phaseAfter } from "./phase.ts";

const model = { type: "model", architecture: REFERENCE, origin: "new" } as const;
const test100 = { accuracy: 1, confusion: [], mistakes: [], mistakeCount: 0 };

function after(...messages: FromWorker[]): Phase {
  return messages.reduce(phaseAfter, "loading" as Phase);
}

const ready: FromWorker[] = [model, { type: "ready", digits: [] }];
const training: FromWorker[] = [...ready, { type: "started" }, model];

test("a run from load to test", () => {
  expect(after(model)).toBe("loading");
  expect(after(...ready)).toBe("ready");
  expect(after(...training)).toBe("training");
  expect(after(...training, { type: "paused", step: 1 })).toBe("paused");
  expect(after(...training, { type: "paused", step: 1 }, { type: "resumed", step: 1 })).toBe(
    "training",
  );
  expect(after(...training, { type: "testing" })).toBe("testing");
  expect(after(...training, { type: "testing" }, { type: "tested", test: test100 })).toBe(
    "finished",
  );
});

test("stop keeps the model, reset asks for a new one", () => {
  const stopping = [...training, { type: "stopping", step: 1 }] as const;
  expect(after(...stopping)).toBe("stopping");
  const stopped = [...stopping, { type: "stopped", step: 2 }] as const;
  expect(after(...stopped)).toBe("stopped");
  expect(after(...stopped, model)).toBe("ready");
});

test.each(["backend", "device", "data"] as const)(
  "without %s there is nothing to do but try again",
  (part) => {
    const phase = after({ type: "failed", part, message: "" });
    expect([phase, hasModel(phase)]).toEqual(["unavailable", false]);
    expect(phaseAfter(phase, { type: "ready", digits: [] })).toBe("ready");
  },
);

test("a failed run is over; a wrong file changes nothing", () => {
  const failed = (part: "training" | "weights"): FromWorker => ({
    type: "failed",
    part,
    message: "",
  });
  expect(after(...training, failed("training"))).toBe("failed");
  expect(after(...ready, failed("training"))).toBe("ready");
  expect(after(...training, failed("weights"))).toBe("training");
});

test("pauses and the test are part of a run", () => {
  expect((["training", "paused", "stopping", "testing"] as const).every(isRunning)).toBe(true);
  expect((["loading", "ready", "stopped", "failed", "finished"] as const).some(isRunning)).toBe(
    false,
  );
});
