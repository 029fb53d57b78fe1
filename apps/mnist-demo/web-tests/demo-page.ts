// The page as the tests see it: what a person does on it, and what it says.
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { test as base, expect, inject } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../config/chromium.ts";
import { type Message, recordMessages } from "./record-messages.ts";

const PATIENCE_MS = 100_000;

/** One open page, and what its console says when something is wrong. */
export class DemoPage {
  readonly page: Page;
  #complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    // WebGPU in software takes half a second a step, and more on a busy machine.
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.#complaints.push(error.message));
  }

  /** In a context of its own, or beside others. */
  static async in(context: BrowserContext): Promise<DemoPage> {
    const demo = new DemoPage(await context.newPage());
    await recordMessages(demo.page);
    return demo;
  }

  /** Where the page is served. */
  get url(): string {
    return inject("pageUrl");
  }

  async open(search: string = "?backend=wasm"): Promise<void> {
    await this.page.goto(this.url + search);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.locator("#start:enabled").waitFor();
  }

  /** Fills the settings in, presses Start, and waits for the run to begin: the status may still be the last one's. */
  async start(settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await this.page.locator(`#settings [name=${name}]`).fill(value);
    }
    const messages = (await this.messages()).length;
    await this.press("start");
    await this.page.waitForFunction(
      (before) =>
        (globalThis as unknown as { messages: Message[] }).messages
          .slice(before)
          .some(({ type }) => type === "started"),
      messages,
    );
  }

  async press(button: "start" | "pause" | "stop" | "reset" | "save"): Promise<void> {
    await this.page.locator(`#${button}`).click();
  }

  /** Waits until the status line says this. */
  async status(text: string | RegExp): Promise<void> {
    await this.page.locator("#status").filter({ hasText: text }).waitFor();
  }

  /** Waits until the page shows this step or a later one. */
  async reach(step: number): Promise<void> {
    await this.page.waitForFunction((least) => {
      const text = document.querySelector("#numbers")?.textContent ?? "";
      return Number(/step ([\d,]+)/.exec(text)?.[1]?.replace(",", "")) >= least;
    }, step);
  }

  /** The step that the page shows. */
  async step(): Promise<number> {
    const text = await this.text("#numbers");
    return Number(/step ([\d,]+)/.exec(text)?.[1]?.replace(",", "") ?? 0);
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? "";
  }

  /** Draws a one with the mouse, on a clean pad, and waits until it was read. */
  async drawOne(): Promise<void> {
    const { page } = this;
    await page.locator("#clear").click();
    await page.locator("#pad").scrollIntoViewIfNeeded();
    const box = await page.locator("#pad").boundingBox();
    if (box === null) throw new Error("the pad is not on the page");
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height * 0.8, { steps: 12 });
    await page.mouse.up();
    await this.read();
  }

  /** Waits until what is on the pad was read: the page looks at it once a frame, and asks once at a time. */
  async read(): Promise<void> {
    const { page } = this;
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.waitForFunction(() => {
      const { messages } = globalThis as unknown as { messages: Message[] };
      const count = (wanted: string) => messages.filter(({ type }) => type === wanted).length;
      return count("predict") === count("prediction");
    });
    await page.locator("#reading").filter({ hasText: /\d/ }).waitFor();
  }

  /** The ten probabilities as the bars show them, in per cent. */
  async bars(): Promise<number[]> {
    const shares = await this.page.locator("#bars .share").allTextContents();
    return shares.map((text) => Number.parseFloat(text));
  }

  /** Presses Save. @returns the path of the file. */
  async save(): Promise<string> {
    const download = this.page.waitForEvent("download");
    await this.press("save");
    return (await download).path();
  }

  async load(file: Parameters<Page["setInputFiles"]>[1]): Promise<void> {
    await this.page.locator("#load").setInputFiles(file);
    await this.status("weights of the file");
  }

  /** Everything that page and worker said to each other since the page was loaded. */
  messages(): Promise<Message[]> {
    return this.page.evaluate(() => (globalThis as unknown as { messages: Message[] }).messages);
  }

  /** Of the last run, by step, as the worker reported them. */
  async losses(): Promise<(readonly [step: number, loss: number])[]> {
    const messages = await this.messages();
    const start = messages.findLastIndex(({ type }) => type === "started");
    return messages.slice(start).flatMap(({ losses }) => losses);
  }

  /** Empties the list of complaints, of which each must match. */
  allowComplaints(pattern: RegExp): void {
    for (const complaint of this.#complaints.splice(0)) expect(complaint).toMatch(pattern);
  }

  expectNoComplaints(): void {
    expect(this.#complaints).toEqual([]);
  }
}

/** A test with a page of its own; it fails when the console complains of something that the test does not allow. */
export const test = base.extend<{ browser: Browser; demo: DemoPage }>({
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest wants the pattern.
    async ({}, use) => {
      const browser = await chromium.launch({
        executablePath: findChromium(),
        args: [...CHROMIUM_ARGUMENTS],
      });
      await use(browser);
      await browser.close();
    },
    { scope: "file" },
  ],
  demo: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    const demo = await DemoPage.in(context);
    await use(demo);
    await context.close();
    demo.expectNoComplaints();
  },
});
