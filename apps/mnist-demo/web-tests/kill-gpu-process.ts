import type { Browser } from "playwright";

/** Ends the browser's GPU process as a crash of the driver does. */
export async function killGpuProcess(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const gpu = processInfo.find(({ type }) => type.toUpperCase() === "GPU");
  if (gpu === undefined) {
    const got = processInfo.map(({ type }) => type).join(", ");
    throw new Error(`killGpuProcess: expected the browser to have a GPU process, got ${got}`);
  }
  process.kill(gpu.id, "SIGKILL");
}
