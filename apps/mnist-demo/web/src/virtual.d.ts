declare module "virtual:mnist-files" {
  /** The files in `data/` beside the page; their names without `.gz`. */
  const files: readonly {
    readonly name: string;
    readonly gzipBytes: number;
  }[];
  export default files;
}
