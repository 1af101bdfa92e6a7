/** ModelgatePromote: asks the program to mark a model that passed; the program decides and says why. */
import * as tl from "azure-pipelines-task-lib/task";
import { furtherOptions, lines, option, options, path, text } from "../common/inputs";
import { parsed, textAt } from "../common/json";
import { say } from "../common/log";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run, type Answer } from "../common/program";
import { tokenForRepository, withSecureFile } from "../common/secrets";

// Output variables by the names of `promote --json`.
const OUTPUTS = { tag: "tag", version: "version", tagId: "tag_id", evidence: "evidence" };

function commandLine(key: string | undefined): string[] {
	const bump = text("bump");
	return [
		"promote",
		...["--model", tl.getInputRequired("model"), "--to", tl.getInputRequired("stage")],
		...["--run", tl.getPathInputRequired("runFile")],
		...option("--version", text("version")),
		...option("--bump", bump === "none" ? undefined : bump),
		...option("--push", text("push")),
		...options("--approver", lines("approvers")),
		...option("--override", text("override")),
		...option("--sign", key),
		...(tl.getBoolInput("dryRun") ? ["--dry-run"] : []),
		...furtherOptions("arguments"),
		"--json",
	];
}

function promote(program: string, key: string | undefined): Promise<Answer> {
	const folder = path("repository");
	const environment = text("push") ? tokenForRepository() : {};
	return run(program, commandLine(key), { capture: true, environment, ...(folder ? { folder } : {}) });
}

main(async () => {
	const program = find();
	const secureFile = text("signingKeyFile");
	const answer = secureFile
		? await withSecureFile(secureFile, (key) => promote(program, key))
		: await promote(program, path("signingKeyPath"));
	answer.out.split("\n").forEach((line) => line && say(line));

	const said = parsed(answer.out);
	for (const [name, key] of Object.entries(OUTPUTS)) {
		tl.setVariable(name, textAt(said, key), false, true);
	}
	const tag = textAt(said, "tag");
	if (answer.stoppedBy || answer.status !== 0) {
		fail(trouble(answer, `${text("model")} may not go to ${text("stage")}`));
	} else if (!tag) {
		fail("modelgate ended well and named no tag: nothing may rely on this promotion.");
	} else {
		succeed(tl.getBoolInput("dryRun") ? `${tag} would be created; this was a dry run.` : `${tag} is there.`);
	}
});
