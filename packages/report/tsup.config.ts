import { library } from "../../config/tsup.ts";

export default library({
  index: "src/index.ts",
  charts: "src/charts/index.ts",
  html: "src/html/index.ts",
  node: "src/node/index.ts",
});
