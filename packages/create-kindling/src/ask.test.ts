import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ask } from "./ask.ts";
import type { Template } from "./templates.ts";

/** Answers each question as it comes; null ends the input. */
async function answer(answers: (string | null)[], given: Template | null = null) {
  const input = new PassThrough();
  const output = new PassThrough();
  let asked = "";
  output.on("data", (text) => {
    asked += text;
    if (!String(text).endsWith("): ")) return;
    const next = answers.shift() ?? null;
    if (next === null) input.end();
    else input.write(`${next}\n`);
  });
  return { answers: await ask(given, { input, output }), asked };
}

test("asks for a folder and a template, again when there is no such template", async () => {
  const { answers, asked } = await answer(["digits", "react", "vite"]);
  expect(answers).toEqual({ folder: "digits", template: "vite" });
  expect(asked.match(/Template/g)).toHaveLength(2);
});

test("takes what stands in brackets for no answer", async () => {
  expect((await answer(["", ""])).answers).toEqual({ folder: "my-model", template: "node" });
});

test("does not ask for a template that the command gave", async () => {
  const { answers, asked } = await answer(["digits"], "vite");
  expect(answers).toEqual({ folder: "digits", template: "vite" });
  expect(asked).not.toContain("Template");
});

test("rejects when the input ends", async () => {
  await expect(answer(["digits", null])).rejects.toThrow("no answer");
});
