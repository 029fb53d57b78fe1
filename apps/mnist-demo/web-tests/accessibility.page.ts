// Without a mouse, on a phone, in the dark, and for those who hear the page.
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright";
import { expect } from "vitest";
import { test } from "./demo-page.ts";

test("everything can be done with the keyboard, and the focus never gets lost", async ({
  demo,
}) => {
  const { page } = demo;
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? "");
  const tabTo = async (id: string): Promise<void> => {
    for (let i = 0; i < 100 && (await focused()) !== id; i++) await page.keyboard.press("Tab");
    expect(await focused()).toBe(id);
  };

  await demo.open();
  await tabTo("start");
  await page.keyboard.press("Enter");
  await demo.reach(5);
  expect(await focused()).toBe("pause"); // Start is disabled now
  await page.keyboard.press("Space");
  await demo.status("Paused");
  await page.keyboard.press("Space");
  await demo.status("Training");
  await tabTo("stop");
  await page.keyboard.press("Enter");
  await demo.status("Stopped");
  expect(await focused()).toBe("start");

  await tabTo("pad");
  await page.keyboard.press("Space");
  for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowDown");
  await demo.read();
  await page.keyboard.press("Delete");
  await page.locator("#reading", { hasText: "Draw" }).waitFor();
  await tabTo("save");
  await tabTo("load");
  const digit = page.getByRole("button", { name: "have it read" }).first();
  await digit.focus();
  await page.keyboard.press("Enter");
  await demo.read();
});

test("what changes is read out, and seldom; what is a control has a name", async ({ demo }) => {
  const { page } = demo;
  await demo.open();
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    const observe = (element: Element) =>
      new MutationObserver(() => heard.push(element.textContent ?? "")).observe(element, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    for (const live of document.querySelectorAll("[role=status], [aria-live]")) observe(live);
  });
  await demo.start({ epochs: "2", samples: "10000" });
  await demo.status("Finished");
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  expect(heard[0]).toBe("Training.");
  expect(heard.filter((text) => text.startsWith("Epoch"))).toHaveLength(2);
  expect(heard.some((text) => text.startsWith("Finished: "))).toBe(true);
  expect(heard.length).toBeLessThan(10); // a few hundred steps, and no word of each
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, input")]
      .filter((control) => {
        const labels = (control as HTMLInputElement).labels ?? [];
        return ![control, ...labels].some((named) => named.textContent?.trim() || named.ariaLabel);
      })
      .map(({ outerHTML }) => outerHTML),
  );
  expect(nameless).toEqual([]);
});

test.for(["light", "dark"] as const)(
  "a phone shows it all without scrolling sideways, %s",
  async (colorScheme, { demo }) => {
    const { page } = demo;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = (): Promise<number> =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    await demo.open();
    expect(await overflow()).toBe(0);
    await demo.start({ epochs: "1", samples: "2000" });
    await demo.reach(1);
    expect(await overflow()).toBe(0);
    await demo.status("Finished");
    await demo.drawOne();
    expect(await overflow()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.goto(`${demo.url}?backend=${"x".repeat(200)}`);
    await page.locator("#notice-title", { hasText: "No way" }).waitFor();
    await page.locator("#notice summary").click();
    expect(await overflow()).toBe(0);
  },
);

/** What axe-core, which knows the WCAG's rules, has against the page as it is. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core") });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ help, nodes }) => nodes.map(({ html }) => `${help}: ${html}`));
  });
}
