/** ModelgateComment: has the program write a run's summary into the pull request. No gate closes for it. */
import * as tl from "azure-pipelines-task-lib/task";
import { option, path, text } from "../common/inputs";
import { fail, main, succeed, trouble, warn } from "../common/outcome";
import { find, run } from "../common/program";
import { tokenForRepository } from "../common/secrets";

main(async () => {
	if (tl.getVariable("Build.Reason") !== "PullRequest" || tl.getVariable("Build.Repository.Provider") !== "TfsGit") {
		succeed("This build is none of a pull request of Azure Repos: there is nothing to comment.");
		return;
	}
	const words = [
		"comment",
		...option("--model", text("model")),
		...(tl.getBoolInput("againstTarget") ? ["--against-target"] : []),
		...option("--against", text("against")),
		...option("--against-run", path("againstRun")),
		...option("--timeout", text("timeout")),
		...["--", tl.getPathInputRequired("runFile")],
	];
	// A fork's build gets no token that could write, and what runs there is a stranger's.
	if (tl.getVariable("System.PullRequest.IsFork") === "True") {
		succeed("This pull request comes from a fork: it gets no comment.");
		return;
	}
	const answer = await run(find(), words, { environment: tokenForRepository() });
	if (!answer.stoppedBy && answer.status === 0) {
		succeed("The summary is in the pull request.");
	} else {
		const end = tl.getBoolInput("required") ? fail : warn;
		end(trouble(answer, "There is no comment in the pull request"));
	}
});
