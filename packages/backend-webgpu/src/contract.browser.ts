// The same as contract.webgpu.ts, in a real browser.
import "./contract.webgpu.ts";
