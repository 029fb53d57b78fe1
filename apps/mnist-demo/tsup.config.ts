import { library } from "../../config/tsup.ts";

export default library({ node: "src/node.ts" }, { platform: "node", dts: false });
