/** ModelgateWithdraw: asks the program to take a version out of a stage. */
import * as tl from "azure-pipelines-task-lib/task";
import { move } from "../common/moved";
import { main } from "../common/outcome";

// Output variables by the names of `withdraw --json`.
const OUTPUTS = { outcome: "outcome", tag: "tag", commit: "commit", tagId: "id", stands: "stands" };

main(async () => {
	const [model, stage] = [tl.getInputRequired("model"), tl.getInputRequired("stage")];
	const version = tl.getInputRequired("version");
	const words = [
		"withdraw",
		...["--model", model, "--stage", stage],
		...["--version", version, "--reason", tl.getInputRequired("reason")],
	];
	await move(words, OUTPUTS, {
		refused: `${model} ${version} may not be taken out of ${stage}`,
		done: () => `${model} ${version} is out of ${stage}`,
		arrives: false,
		dry: () => `${model} ${version} would be out of ${stage}`,
	});
});
