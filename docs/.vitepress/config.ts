import { defineConfig } from "vitepress";

const page = (text: string, link: string) => ({ text, link });

const PACKAGES = [
  "core",
  "datasets",
  "layers",
  "optim",
  "metrics",
  "trainer",
  "safetensors",
  "report",
  "backend-wasm",
  "backend-webgpu",
  "backend-tensorflow",
];

// What every page shows beside it; the API has the packages' own pages below it.
const guide = [
  {
    text: "Start",
    items: [
      page("Tutorial", "/guide/tutorial"),
      page("Coming from PyTorch", "/guide/coming-from-pytorch"),
      page("Coming from TensorFlow.js", "/guide/coming-from-tensorflow-js"),
    ],
  },
  {
    text: "Guide",
    items: [
      page("Backends", "/guide/backends"),
      page("Memory", "/guide/memory"),
      page("Reproducibility", "/guide/reproducibility"),
      page("Performance", "/guide/performance"),
      page("Limits", "/guide/limits"),
      page("PyTorch, name by name", "/parity"),
    ],
  },
  {
    text: "Recipes",
    items: [
      page("Add a layer", "/recipes/add-a-layer"),
      page("Add a metric", "/recipes/add-a-metric"),
      page("Add a callback", "/recipes/add-a-callback"),
      page("Add a kernel", "/recipes/add-a-kernel"),
      page("Add a backend", "/recipes/add-a-backend"),
      page("Release", "/recipes/release"),
    ],
  },
  {
    text: "How it is built",
    collapsed: true,
    items: [
      page("Architecture", "/architecture"),
      page("House style", "/style"),
      page("What must equal PyTorch", "/torch-parity"),
      page("Dependencies", "/dependencies"),
      page("Facts: tfjs", "/tfjs-facts"),
      page("Facts: WebGPU", "/webgpu-facts"),
      page("Facts: TensorFlow", "/tensorflow-facts"),
      page("1: Tests run from source", "/decisions/0001-run-from-source"),
      page("2: Gradients of our own", "/decisions/0002-own-gradients"),
      page("3: Winograd", "/decisions/0003-winograd"),
      page("4: Threads", "/decisions/0004-threads"),
      page("5: WebGPU", "/decisions/0005-webgpu"),
      page("6: TensorFlow", "/decisions/0006-tensorflow"),
    ],
  },
];

const api = [
  {
    text: "API",
    items: PACKAGES.map((name) => page(`@kindling/${name}`, `/api/@kindling/${name}/`)),
  },
];

export default defineConfig({
  title: "Kindling",
  description: "PyTorch's way of working, for TypeScript",
  lang: "en",
  head: [["link", { rel: "icon", href: "data:," }]],
  // Any folder of any server is told by --base.
  cleanUrls: false,
  lastUpdated: false,
  // Links to the repository's files, which are no pages.
  ignoreDeadLinks: [/^\.?\/?(\.\.\/)+(packages|parity|benchmarks|examples|apps)\b/],
  srcExclude: ["blocks/**", "reference/**"],
  markdown: { theme: { light: "github-light", dark: "github-dark" } },
  themeConfig: {
    nav: [
      page("Tutorial", "/guide/tutorial"),
      page("Guide", "/guide/backends"),
      page("API", "/api/"),
    ],
    sidebar: { "/api/": api, "/": guide },
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: "https://github.com/kindling-ml/kindling" }],
    outline: [2, 3],
  },
});
