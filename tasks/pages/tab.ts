/** The tab "Model gates" of a build: its runs, the worst one open. */
import * as SDK from "azure-devops-extension-sdk";
import type { Build as AzureBuild } from "azure-devops-extension-api/Build/Build";
import { RANK, takenOf } from "../../web/src/data/sealed";
import { bringToLife } from "../../web/src/pages/run";
import { addShapes } from "../../web/src/pages/shapes";
import { adopt } from "./adopt";
import { find, readPage, type Attached, type Build } from "./attached";
import { enter, type Service } from "./host";
import { drawRuns, sorted, titleOf } from "./runs";
import { state } from "./state";
import { plural, shown } from "./words";

const runsPlace = document.getElementById("tab-runs")!;
const reportPlace = document.getElementById("tab-report")!;

/** What did not pass, in words, where the report itself cannot be shown. */
function inWords(one: Attached, why: string): HTMLElement {
	const run = one.run;
	if (!run) return state(`${titleOf(one)}: this run cannot be read`, [why, "Nothing says that it passed. The log of its step and the artifact of the run tell more."]);
	const bad = run.results.filter((result) => result.verdict !== "pass").sort((a, b) => RANK[b.verdict] - RANK[a.verdict]);
	const lines = bad.slice(0, 50).map((result) => `${result.verdict}: ${shown(result.name)}: ${shown(result.message, 500)}`);
	const more = bad.length > 50 ? [`and ${bad.length - 50} more`] : [];
	return state(`${titleOf(one)}: ${takenOf(run)}`, [`${why} The artifact of the run has it.`, `${plural(run.results.length, "check")}, ${bad.length} of them did not pass.`, ...lines, ...more]);
}

function keyOf(one: Attached): string {
	return `${one.name} ${one.run?.seal ?? ""}`;
}

class Tab {
	private readonly service: Service;
	private shownFor = "";
	/** What the reader opened, by name and seal; the worst run until then. */
	private chosen = "";
	/** Answers to questions of before are dropped. */
	private turn = 0;

	constructor(service: Service) {
		this.service = service;
	}

	async show(build: Build): Promise<void> {
		const key = build.running ? "" : String(build.id);
		if (key && key === this.shownFor) return; // nothing is attached to a build that is over
		this.shownFor = key;
		const turn = ++this.turn;
		const still = (): boolean => turn === this.turn;
		if (!runsPlace.hasChildNodes()) reportPlace.replaceChildren(state("Reading the runs of this build…", []));
		try {
			const found = await find(this.service, build, (done, all) => {
				if (still() && !runsPlace.hasChildNodes()) reportPlace.replaceChildren(state("Reading the runs of this build…", [`${done} of ${all}`]));
			});
			if (!still()) return;
			const runs = sorted(found.runs);
			const first = runs.find((one) => keyOf(one) === this.chosen) ?? runs[0];
			if (first) await this.open(runs, found.leftOut, first);
			else this.nothing(build);
		} catch (error) {
			if (!still()) return;
			const again = (): void => {
				this.shownFor = "";
				void this.show(build);
			};
			runsPlace.replaceChildren();
			delete reportPlace.dataset["shows"];
			reportPlace.replaceChildren(state("The runs of this build cannot be read", [(error as Error).message, "Nothing says that its gates passed."], again));
		}
	}

	private nothing(build: Build): void {
		runsPlace.replaceChildren();
		delete reportPlace.dataset["shows"];
		const words = build.running
			? ["A run appears here when its gate has ended. The page looks again when the build goes on."]
			: ["ModelgateRun@1 and the templates attach each run to its build. A gate that did not get that far is in the log of its stage."];
		reportPlace.replaceChildren(state(build.running ? "No gate has ended yet" : "No run is attached to this build", words));
	}

	private async open(runs: Attached[], leftOut: number, one: Attached): Promise<void> {
		const turn = ++this.turn;
		const choose = (other: Attached): void => {
			this.chosen = keyOf(other);
			void this.open(runs, leftOut, other);
		};
		runsPlace.replaceChildren(...(runs.length > 1 || leftOut ? [drawRuns(runs, leftOut, one, choose)] : []));
		if (keyOf(one) === reportPlace.dataset["shows"]) return;
		delete reportPlace.dataset["shows"];
		try {
			if (!one.run) throw new Error(one.trouble);
			if (!one.page) throw new Error("No report was attached beside it.");
			reportPlace.replaceChildren(state(`Reading the report of ${titleOf(one)}…`, []));
			const page = adopt(await readPage(this.service, one.page), one.run);
			if (turn !== this.turn) return;
			reportPlace.replaceChildren(...page.nodes);
			reportPlace.dataset["shows"] = keyOf(one);
			bringToLife(page.run);
		} catch (error) {
			if (turn === this.turn) reportPlace.replaceChildren(inWords(one, (error as Error).message));
		}
	}
}

interface Configuration {
	onBuildChanged?: (changed: (build: AzureBuild) => void) => void;
}

/** BuildStatus.Completed; the package's own enumeration would bring its whole client along. */
const COMPLETED = 2;

async function main(): Promise<void> {
	addShapes(document);
	try {
		const tab = new Tab(await enter());
		const configuration = SDK.getConfiguration() as Configuration;
		if (!configuration.onBuildChanged) throw new Error("The page around this tab names no build.");
		configuration.onBuildChanged((build) => {
			void tab.show({ id: Number(build.id), project: String(build.project?.id ?? build.project?.name), running: build.status !== COMPLETED });
		});
		await SDK.notifyLoadSucceeded();
	} catch (error) {
		reportPlace.replaceChildren(state("The model gates cannot be shown", [(error as Error).message]));
		void SDK.notifyLoadFailed((error as Error).message);
	}
}

void main();
