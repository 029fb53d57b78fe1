import { describe, expect, it } from "vitest";
import { ReduceLROnPlateau } from "./index.ts";

const optimizerOf = (...lrs: number[]) => ({
  paramGroups: lrs.map((lr) => ({ lr, momentum: 0.9 })),
});

describe("ReduceLROnPlateau", () => {
  it("takes NaN for no improvement", () => {
    const schedule = new ReduceLROnPlateau(optimizerOf(1), { patience: 1, factor: 0.5 });
    for (const metric of [3, Number.NaN, Number.NaN]) schedule.step(metric);
    expect(schedule.lastLr).toEqual([0.5]);
  });

  it("has a smallest rate for groups that came later, unless each was given its own", () => {
    for (const minLr of [0.25, [0.25]]) {
      const optimizer = optimizerOf(1);
      const schedule = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0, minLr });
      optimizer.paramGroups.push({ lr: 1, momentum: 0.9 });
      schedule.step(1);
      if (typeof minLr === "number") {
        schedule.step(1);
        expect(schedule.lastLr).toEqual([0.25, 0.25]);
      } else {
        expect(() => schedule.step(1)).toThrow(
          "ReduceLROnPlateau: expected 1 parameter groups, one a minLr, got 2",
        );
      }
    }
  });

  it.each(["min", "max"] as const)("resumes from JSON before its first step: %s", (mode) => {
    const schedule = new ReduceLROnPlateau(optimizerOf(1), { mode });
    const { best } = schedule.stateDict();
    schedule.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
    expect(schedule.stateDict().best).toBe(best);
    expect(Math.abs(best as number)).toBe(Number.POSITIVE_INFINITY);
  });
});
