import { library } from "../../config/tsup.ts";

export default library({ cli: "src/cli.ts" }, { platform: "node", dts: false });
