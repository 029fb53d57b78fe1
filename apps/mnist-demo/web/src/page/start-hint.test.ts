import { expect, test } from "vitest";
import { REFERENCE } from "../architecture.ts";
import { startHint } from "./start-hint.ts";

const changed = { ...REFERENCE, dropout: 0.5 };

test("says that a new network is drawn from the seed", () => {
  expect(startHint(null, REFERENCE)).toMatch("new network");
  expect(startHint({ origin: "new", architecture: REFERENCE }, changed)).toMatch("new network");
});

test("says from which weights training goes on", () => {
  expect(startHint({ origin: "file", architecture: REFERENCE }, { ...REFERENCE })).toBe(
    "Start goes on from the weights of the file; Reset begins anew.",
  );
  expect(startHint({ origin: "training", architecture: REFERENCE }, REFERENCE)).toMatch(
    "what it has learnt",
  );
});

test("warns that a changed network forgets", () => {
  expect(startHint({ origin: "file", architecture: REFERENCE }, changed)).toMatch("goes.");
});
