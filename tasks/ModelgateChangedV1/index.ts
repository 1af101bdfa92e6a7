/** ModelgateChanged: asks the program which models a range of commits touches, for a matrix or a condition. */
import * as tl from "azure-pipelines-task-lib/task";
import { option, path, text } from "../common/inputs";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run } from "../common/program";

/** What a pull request changes since it left its target, unless a range is given. */
function range(): string {
	const given = text("range");
	const target = tl.getVariable("System.PullRequest.TargetBranch");
	if (!given && !target) {
		throw new Error(`This build is none of a pull request: the input "range" says what to compare, as v1..HEAD.`);
	}
	return given ?? `origin/${target!.replace(/^refs\/heads\//, "")}...HEAD`;
}

async function ask(format: string): Promise<string> {
	const folder = path("repository");
	const words = ["changed", "--format", format, ...option("--policy-ref", text("policyRef")), "--", range()];
	const answer = await run(find(), words, { capture: true, ...(folder ? { folder } : {}) });
	if (answer.stoppedBy || answer.status !== 0) {
		throw new Error(trouble(answer, "modelgate does not tell what changed"));
	}
	return answer.out.trim();
}

main(async () => {
	const names = (await ask("names")).split("\n").filter((name) => name !== "");
	const matrix = await ask("azure-matrix");
	if (!matrix.startsWith("{")) {
		fail("modelgate ended well and named no matrix: nothing may rely on it.");
		return;
	}
	tl.setVariable("matrix", matrix, false, true);
	tl.setVariable("models", names.join(";"), false, true);
	tl.setVariable("count", String(names.length), false, true);
	succeed(names.length === 0 ? "No model changed." : `Changed: ${names.join(", ")}.`);
});
