// Writes docs/parity.md: what of PyTorch is here, and how close. What is ours is read from the packages, what is tested
// from the fixtures, what torch has from torch-names.json.
//
//   npm run table -w parity
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as core from "@kindling/core";
import * as datasets from "@kindling/datasets";
import * as layers from "@kindling/layers";
import * as optim from "@kindling/optim";

export const PAGE: URL = new URL("../docs/parity.md", import.meta.url);

interface Area {
  readonly torch: string;
  readonly package: string;
  readonly exports: object;
  /** Our name for torch's. */
  readonly ours: (name: string) => string;
  /** How many cases of the fixtures are about it; null where they are counted under another name. */
  readonly cases: (name: string) => number | null;
  /** How close the tests ask them to be. */
  readonly status: string;
  readonly notes?: Readonly<Record<string, string>>;
}

interface Case {
  readonly name: string;
  readonly layer?: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const camel = (name: string): string =>
  name.replace(/_$/, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const counted =
  (names: readonly (string | undefined)[]) =>
  (wanted: string): number =>
    names.filter((name) => name === wanted).length;

const { layers: layerCases, losses, embedding } = read("fixtures/layers.json");
const modules: Case[] = [...layerCases, ...losses];
const moduleCases = counted([
  ...modules.map(({ layer }) => layer),
  ...(embedding === undefined ? [] : ["Embedding"]),
]);
const optimizers: Case[] = [
  ...read("fixtures/optim.json").cases,
  ...read("fixtures/optimizers.json").cases,
];
const schedules: Case[] = read("fixtures/schedules.json").cases;
const inits: { name?: string; init?: string }[] = read("fixtures/init.json").inits;
const { samplers, splits, loaders } = read("fixtures/data.json");

const SAMPLERS: Readonly<Record<string, string>> = {
  RandomSampler: "random",
  SubsetRandomSampler: "subset",
  WeightedRandomSampler: "weighted",
};
const ONLY_PRINTED = "its printed form and state dict";
const FUNCTIONAL: Readonly<Record<string, string>> = {
  binary_cross_entropy_with_logits: "binaryCrossEntropyWithLogits",
  pad: "pad2d",
};
/** The module whose cases run a function. */
const MODULES: Readonly<Record<string, string>> = {
  avg_pool2d: "AvgPool2d",
  batch_norm: "BatchNorm2d",
  binary_cross_entropy_with_logits: "BCEWithLogitsLoss",
  conv2d: "Conv2d",
  cross_entropy: "CrossEntropyLoss",
  dropout: "Dropout",
  elu: "ELU",
  gelu: "GELU",
  l1_loss: "L1Loss",
  layer_norm: "LayerNorm",
  leaky_relu: "LeakyReLU",
  linear: "Linear",
  log_softmax: "LogSoftmax",
  max_pool2d: "MaxPool2d",
  mse_loss: "MSELoss",
  nll_loss: "NLLLoss",
  pad: "Conv2d",
  relu: "ReLU",
  sigmoid: "Sigmoid",
  silu: "SiLU",
  softmax: "Softmax",
  tanh: "Tanh",
};

export const AREAS: readonly Area[] = [
  {
    torch: "torch.nn",
    package: "@kindling/layers",
    exports: layers,
    ours: (name) => name,
    cases: moduleCases,
    status: "outputs, gradients and buffers within 1e-5",
    notes: {
      Conv2d: "channels last; weights in PyTorch's layout in state dicts",
      BatchNorm2d: "channels last",
      Dropout:
        "other masks: PyTorch draws them with MKL on the CPU; ours are seeded and the same on every backend",
      Module: `${ONLY_PRINTED}; forward hooks`,
      Sequential: ONLY_PRINTED,
    },
  },
  {
    torch: "torch.nn.functional",
    package: "@kindling/layers",
    exports: layers,
    ours: (name) => FUNCTIONAL[name] ?? camel(name),
    cases: (name) => moduleCases(MODULES[name] ?? ""),
    status: "through its module, within 1e-5",
    notes: {
      dropout: "see Dropout",
      pad: "rows and columns of images; through Conv2d's padding modes",
    },
  },
  {
    torch: "torch.nn.init",
    package: "@kindling/layers",
    exports: layers.init,
    ours: camel,
    cases: (name) => {
      const mine = camel(name);
      return inits.filter((one) => JSON.stringify(one).includes(`"${mine}"`)).length;
    },
    status: "uniform draws bit for bit, normal ones within 5e-7",
    notes: {
      ones_: "draws nothing",
      zeros_: "draws nothing",
      calculate_gain: "7 gains; equal to the last bit",
    },
  },
  {
    torch: "torch.optim",
    package: "@kindling/optim",
    exports: optim,
    ours: (name) => name,
    cases: counted(optimizers.map(({ name }) => name.split(/[ (,]/)[0])),
    status: "100 steps within 1e-6, or twice PyTorch's own noise",
  },
  {
    torch: "torch.optim.lr_scheduler",
    package: "@kindling/optim",
    exports: optim,
    ours: (name) => name,
    cases: counted(schedules.map(({ name }) => name)),
    status: "every value within 1e-12",
  },
  {
    torch: "torch.utils.data",
    package: "@kindling/datasets",
    exports: datasets,
    ours: camel,
    cases: (name) => {
      if (name === "random_split") return splits.length;
      if (name === "DataLoader") return loaders.length;
      return samplers.filter((one: Case) => one.name === SAMPLERS[name]).length;
    },
    status: "the same samples in the same order, bit for bit",
    notes: {
      BatchSampler: "through DataLoader",
      ConcatDataset: "no numbers of its own",
      SequentialSampler: "through DataLoader",
      Subset: "through random_split",
      TensorDataset: "no numbers of its own",
      Dataset: "an interface: `length` and `get`",
      Sampler: "an interface",
      default_collate: "tensors, numbers, lists and objects",
    },
  },
];

/** The page's text. */
export function page(): string {
  const names: Record<string, string[]> & { torch: never } = read("torch-names.json");
  const sections = AREAS.map((area) => section(area, names[area.torch] ?? []));
  return `${HEAD.replace("VERSION", String(names.torch))}\n${sections.join("\n")}\n${TAIL}`;
}

const HEAD = `# PyTorch, name by name

<!-- Written by npm run table -w parity; a test in parity/ fails when it is stale. -->

Against torch VERSION on the CPU. "cases" are those of \`parity/fixtures\`, made by PyTorch and run by \`npm test -- parity\`; how they are made is in [parity/README.md](https://github.com/kindling-ml/kindling/tree/main/parity). Where a tolerance is given, it is relative to 1 + the size of the values.
`;

const TAIL = `## Elsewhere

| torch | ours | status | note |
| --- | --- | --- | --- |
| \`torch.manual_seed\`, \`torch.Generator\` | \`manualSeed\`, \`Generator\` of core | bit for bit | mt19937 and its state |
| \`torch.rand\`, \`torch.randperm\` | \`rand\`, \`randperm\` | bit for bit | \`fixtures/random.json\` |
| \`torch.randn\` | \`randn\` | within 3e-7 | the vectorized and the scalar path |
| \`torch.autograd.grad\` | \`valueAndGrad\` of core | within 3e-6 | ${read("fixtures/gradients.json").cases.length} cases of ops; second derivatives |
| \`Tensor.detach\` | \`stopGradient\` | same | |
| \`torch.nn.utils.clip_grad_norm_\`, \`clip_grad_value_\` | \`clipGradNorm\`, \`clipGradValue\` | within 1e-6 | |
| \`torch.optim.swa_utils\` | \`ema\`, \`swa\`, \`updateBatchNorm\` of trainer | within 1e-6 | \`fixtures/callbacks.json\` |
| \`safetensors.torch\` | \`decodeSafetensors\`, \`encodeSafetensors\` | byte for byte | \`load_state_dict(strict=True)\` both ways |
| torchvision's transforms | \`toTensor\`, \`normalize\`, \`randomCrop\`, \`randomAffine\`, … of datasets | same draws | \`fixtures/data.json\` |
| the whole of it: the convnet on MNIST | \`examples/01-mnist.ts\` | first 50 losses within 2.4e-7 (seed 0) | \`parity/reference.test.ts\` |
`;

function section(area: Area, names: readonly string[]): string {
  const own = area.exports as Record<string, unknown>;
  const rows: string[] = [];
  const absent: string[] = [];
  for (const name of names) {
    const ours = area.ours(name);
    const note = area.notes?.[name] ?? "";
    const isInterface = note.startsWith("an interface");
    if (!(ours in own) && !isInterface) {
      absent.push(`\`${name}\``);
      continue;
    }
    const cases = area.cases(name) ?? 0;
    const status =
      cases > 0 ? `${area.status} (${cases} cases)` : note === "" ? "not covered" : "see the note";
    rows.push(`| \`${name}\` | \`${ours}\` | ${status} | ${note} |`);
  }
  return `## ${area.torch}

In \`${area.package}\`: ${rows.length} of ${names.length}.

| torch | ours | status | note |
| --- | --- | --- | --- |
${rows.join("\n")}

Absent: ${absent.length === 0 ? "none" : absent.join(", ")}.
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(PAGE, page());
  console.log(
    `${fileURLToPath(PAGE)}: ${AREAS.length} areas; core has ${Object.keys(core).length} names`,
  );
}
