/** ModelgateRun: measures a model's suites, publishes the results, and ends as the program says. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import * as tl from "azure-pipelines-task-lib/task";
import { furtherOptions, lines, option, options, path, text } from "../common/inputs";
import { at, parsed, textAt } from "../common/json";
import { fail, main, succeed, trouble, warn } from "../common/outcome";
import { find, run } from "../common/program";

// Output variables by the names of run.json.
const COUNTS = { passed: "pass", warned: "warn", failed: "fail", errors: "error", skipped: "skip" };

/** The summary is shown under the name of its file: that of the run in the Tests tab, as far as it is known before. */
function pageName(): string {
	const spec = path("spec") ?? "modelgate.yaml";
	const said = text("testRunTitle") ?? [basename(dirname(resolve(spec))), text("stage")].filter(Boolean).join(" ");
	return said.replace(/[^A-Za-z0-9._ -]/g, "-").slice(0, 100);
}

/** A part of a sliced job: "job" stands for this slice of all. */
function part(): string | undefined {
	const given = text("part");
	const [slice, slices] = ["System.JobPositionInPhase", "System.TotalJobsInPhase"].map((name) => tl.getVariable(name));
	if (given === "job" && !(slice && slices)) {
		throw new Error(`The input "part" is "job", and this job has no "strategy: parallel".`);
	}
	return given === "job" ? `${slice}/${slices}` : given;
}

interface Files {
	run: string;
	junit: string;
	summary: string;
	page: string;
}

/** Where the reports go. Reports of an earlier run are removed: they must not be taken for this one's. */
function makeFiles(): Files {
	const given = path("resultsFolder");
	const folder = given
		? resolve(given)
		: mkdtempSync(join(tl.getVariable("Agent.TempDirectory") ?? tmpdir(), "modelgate-"));
	if (folder.includes(",")) {
		throw new Error(
			`The results folder "${folder}" has a comma in its name, and Azure Pipelines takes that for the end of ` +
				`a file's name. Choose another folder.`,
		);
	}
	mkdirSync(folder, { recursive: true });
	// Not TEST-*.xml: the agent publishes files of that name by itself, a second time.
	const files = {
		run: join(folder, "run.json"),
		junit: join(folder, "modelgate-junit.xml"),
		summary: join(folder, `${pageName()}.md`),
		page: join(folder, "report.html"),
	};
	Object.values(files).forEach((file) => rmSync(file, { force: true }));
	return files;
}

function commandLine(files: Files): string[] {
	return [
		"run",
		...option("--stage", text("stage")),
		...options("--suite", lines("suites")),
		...options("--select", lines("select")),
		...options("--var", lines("vars")),
		...(text("failOn") === "warn" ? ["--fail-on", "warn"] : []),
		...(tl.getBoolInput("untrusted") ? ["--untrusted"] : []),
		...option("--model", text("model")),
		...option("--timeout", text("timeout")),
		...option("--memory", text("memory")),
		...option("--part", part()),
		...options("--allow-path", lines("allowPaths")),
		...furtherOptions("arguments"),
		"--azure",
		...["--junit", files.junit, "--json", files.run, "--markdown", files.summary],
		...["--", path("spec") ?? "modelgate.yaml"],
	];
}

/** The saved run, or undefined when there is none that can be read. */
function readRun(file: string): unknown {
	return existsSync(file) ? parsed(readFileSync(file, "utf8")) : undefined;
}

function title(saved: unknown): string {
	return [textAt(saved, "model") || "modelgate", textAt(saved, "stage")].filter(Boolean).join(" ");
}

function publish(files: Files, saved: unknown): void {
	const publisher = new tl.TestPublisher("JUnit");
	publisher.publish([files.junit], "true", "", "", text("testRunTitle") ?? title(saved), "true");
}

/** The Tests tab shows nothing of a file that is not there: one case says so. */
function tellOfNothing(files: Files, why: string): void {
	const said = why.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[^\x20-\x7e]/g, "?");
	const failure = `<testcase classname="modelgate" name="results"><failure message="${said}"/></testcase>`;
	writeFileSync(files.junit, `<testsuite name="modelgate">${failure}</testsuite>\n`);
}

/** For the tab "Model gates" of the build. A run that left nothing is attached as that, so that it is missed there. */
async function attach(program: string, files: Files, saved: unknown): Promise<void> {
	const name = pageName().replaceAll(" ", "-") || "run";
	if (saved === undefined) {
		const nothing = `${files.run}.missing`;
		writeFileSync(nothing, "the run left no results; the log of the step says why\n");
		tl.addAttachment("modelgate.run", `${name}.json`, nothing);
		return;
	}
	tl.addAttachment("modelgate.run", `${name}.json`, files.run);
	await run(program, ["report", files.run, "--quiet", "--html", files.page], { capture: true });
	if (existsSync(files.page)) {
		tl.addAttachment("modelgate.page", `${name}.html`, files.page);
	}
}

function keep(files: Files): void {
	const name = text("artifact");
	if (name && existsSync(files.run)) {
		tl.uploadArtifact(name, dirname(files.run), name);
	}
}

function setOutputs(files: Files, saved: unknown, published: boolean): void {
	const set = (name: string, value: string) => tl.setVariable(name, value, false, true);
	set("verdict", textAt(saved, "verdict") || "error");
	for (const [name, key] of Object.entries(COUNTS)) {
		set(name, textAt(saved, "counts", key));
	}
	const results = at(saved, "results");
	set("total", Array.isArray(results) ? String(results.length) : "");
	set("runFile", existsSync(files.run) ? files.run : "");
	set("junitFile", published ? files.junit : "");
}

function plural(n: string, what: string): string {
	return n === "1" ? `1 check ${what}` : `${n} checks ${what}`;
}

main(async () => {
	const program = find();
	const files = makeFiles();
	const folder = path("workingDirectory");
	const answer = await run(program, commandLine(files), folder ? { folder } : {});
	const saved = readRun(files.run);
	const published = existsSync(files.junit);
	if (saved === undefined || !published) {
		tellOfNothing(files, "the run left no results; the log of the step says why");
	}
	if (tl.getBoolInput("publishResults")) {
		publish(files, saved);
	}
	setOutputs(files, saved, published);
	await attach(program, files, saved);
	keep(files);

	const verdict = textAt(saved, "verdict");
	const warned = textAt(saved, "counts", "warn");
	if (answer.stoppedBy || answer.status !== 0) {
		const failed = textAt(saved, "counts", "fail");
		const closed = failed === "0" ? plural(warned, "warned") : plural(failed, "failed");
		fail(trouble(answer, `${title(saved)}: the gate is closed, ${closed}`));
	} else if (saved === undefined || !published) {
		fail(`modelgate ended well and left no results in ${saved ? files.junit : files.run}: that is no pass.`);
	} else if (verdict === "warn") {
		warn(`${title(saved)}: passed, ${plural(warned, "warned")}.`);
	} else if (verdict === "pass") {
		succeed(`${title(saved)}: passed.`);
	} else {
		fail(`modelgate ended well, and the verdict in ${files.run} is "${verdict}": that is no pass.`);
	}
});
