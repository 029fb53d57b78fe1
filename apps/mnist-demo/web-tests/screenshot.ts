import { fileURLToPath } from "node:url";
import type { DemoPage } from "./demo-page.ts";

/** A picture for the README, when asked for: `KINDLING_SCREENSHOTS=1 npm run test:page`. */
export async function screenshot(
  demo: DemoPage,
  colorScheme: "light" | "dark",
  width: number,
): Promise<void> {
  if (process.env.KINDLING_SCREENSHOTS === undefined) return;
  const { page } = demo;
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  await demo.drawOne();
  await page.evaluate(() => scrollTo(0, 0));
  const name = `../screenshots/${colorScheme}-${width}.png`;
  const path = fileURLToPath(new URL(name, import.meta.url));
  await page.screenshot({ path, fullPage: width > 1000 });
}
