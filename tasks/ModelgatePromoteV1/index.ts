/** ModelgatePromote: asks the program to mark a model that passed; the program decides and says why. */
import * as tl from "azure-pipelines-task-lib/task";
import { lines, option, options, text } from "../common/inputs";
import { move } from "../common/moved";
import { main } from "../common/outcome";

// Output variables by the names of `promote --json`.
const OUTPUTS = {
	outcome: "outcome",
	tag: "tag",
	version: "version",
	commit: "commit",
	tagId: "id",
	evidence: "evidence",
	evidenceSha256: "evidence_sha256",
};

main(async () => {
	const [model, stage] = [tl.getInputRequired("model"), tl.getInputRequired("stage")];
	const bump = text("bump");
	const words = [
		"promote",
		...["--model", model, "--to", stage],
		...["--run", tl.getPathInputRequired("runFile")],
		...option("--version", text("version")),
		...option("--bump", bump === "none" ? undefined : bump),
		...options("--artifact", lines("artifacts")),
		...options("--approver", lines("approvers")),
		...(tl.getBoolInput("serviceApprovals") ? ["--approvals", "service"] : []),
		...option("--override", text("override")),
		...option("--commit", text("commit")),
		...options("--earlier", lines("earlierRuns")),
		...(tl.getBoolInput("deployed") ? ["--deployed"] : []),
	];
	await move(words, OUTPUTS, {
		refused: `${model} may not go to ${stage}`,
		done: (version) => `${model} ${version} is in ${stage}`,
		arrives: true,
		marks: tl.getBoolInput("buildTag"),
		markOutput: "buildTag",
		dry: (version) => `${model} ${version} would go to ${stage}`,
	});
});
