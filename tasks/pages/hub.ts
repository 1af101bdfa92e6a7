/** The hub Models: the site's own pages, of the site that a pipeline of the project built last. */
import * as SDK from "azure-devops-extension-sdk";
import type { IHostNavigationService } from "azure-devops-extension-api/Common/CommonServices";
import { count, type Fleet, type Model } from "../../web/src/data/site";
import { make } from "../../web/src/pages/dom";
import { showFleet } from "../../web/src/pages/fleet";
import { showModel } from "../../web/src/pages/model";
import { addShapes } from "../../web/src/pages/shapes";
import { enter, projectOf, type Service } from "./host";
import { findModel, findSite, type Site } from "./site";
import { state } from "./state";

const TAB = "modelgate.modelgate.model-gates-tab";
const BUILD = "build:";

class Hub {
	private turn = 0;
	private site: Site | undefined;
	/** The model that is shown; undefined: all of them. */
	file: string | undefined;

	constructor(private readonly service: Service, private readonly project: string, private readonly host: IHostNavigationService) {}

	/** Another view takes the place of what is shown; what was there before hears of changes no more. */
	private show(...nodes: (HTMLElement | string)[]): HTMLElement {
		const main = make("main", {}, ...nodes);
		document.querySelector("body > main")?.replaceWith(main);
		return main;
	}

	private say(title: string, words: string[], again?: () => void): void {
		const header = document.querySelector<HTMLElement>("body > header");
		if (header) header.className = "";
		for (const old of [...(header?.children ?? [])]) if (!old.matches("nav")) old.remove();
		document.querySelector("body > main")?.replaceWith(state(title, words, again));
	}

	/** What the address of the host's page names: a model, or all of them. */
	async open(file: string | undefined): Promise<void> {
		const turn = ++this.turn;
		const again = (): void => void this.open(file);
		this.file = file;
		this.host.setQueryParams({ model: file ?? "" });
		try {
			if (!this.site) this.say("Reading the models…", []);
			this.site ??= await findSite(this.service, this.project);
			if (turn !== this.turn) return;
			if (!this.site) return this.nothing(again);
			if (file) {
				this.say("Reading the model…", []);
				const model = await findModel(this.service, this.site, file);
				if (turn === this.turn) showModel(here(model), this.show(), Date.now());
			} else showFleet(fleetHere(this.site.fleet), this.show(), Date.now());
			this.addNotes();
		} catch (error) {
			if (turn === this.turn) this.say("The models cannot be shown", [(error as Error).message, "Nothing says that they are well."], again);
		}
	}

	private addNotes(): void {
		const where = document.querySelector("body > header .where");
		where?.append(make("li", {}, make("a", { href: `${BUILD}${this.site!.build.id}` }, `build ${this.site!.build.id}`)));
		if (this.site!.behind) where?.append(make("li", { class: "fail" }, make("strong", {}, "the builds since then have no site to show")));
	}

	private nothing(again: () => void): void {
		this.say("No site was built yet", ["A pipeline with templates/model-site.yml, on a schedule, reads the history of all models and builds their site. What it says appears here.",
			"The newest builds with the tag modelgate-site were looked at, of the branch that their pipeline runs for by its schedule; none has one."], again);
	}

	/** Links of the site's pages lead to views of the hub, and those to reports to the tab of their build. */
	async follow(href: string): Promise<void> {
		const [path = "", hash = ""] = href.split("#", 2);
		const model = /^models\/([^/]+)\.html$/.exec(path)?.[1];
		if (path.startsWith(BUILD)) {
			const id = Number(path.slice(BUILD.length));
			const view = String(id) === String(this.site?.build.id) ? "" : `&view=${TAB}`;
			this.host.openNewWindow(`${this.service.base}${encodeURIComponent(this.project)}/_build/results?buildId=${id}${view}`, "");
		} else if (model || path === "index.html") {
			history.pushState(null, "", `${location.pathname}?${new URLSearchParams(model ? { model } : {}).toString()}${hash ? `#${hash}` : ""}`);
			await this.open(model);
		}
	}
}

/** The runs' reports are in the tabs of their builds; the graph is the site's alone. */
function here(model: Model): Model {
	const months = model.months.map((month) => ({
		...month,
		stages: month.stages.map((stage) => ({ ...stage, runs: stage.runs.map((run) => ({ ...run, page: /^\d+$/.test(run.build ?? "") ? BUILD + run.build : null })) })),
	}));
	return { ...model, months, model: { ...model.model, graph: null, months: months.map((month) => month.month) } };
}

function fleetHere(fleet: Fleet): Fleet {
	return { ...fleet, from: `${fleet.from}, ${count(fleet.models.length, "model")}` };
}

function viewNow(): string | undefined {
	return new URLSearchParams(location.search).get("model") ?? undefined;
}

/** The view that the address of the host's page names, so that it can be sent to a colleague. */
async function enterBy(host: IHostNavigationService): Promise<void> {
	const [{ model }, hash] = await Promise.all([host.getQueryParams(), host.getHash()]);
	const query = model ? `?${new URLSearchParams({ model }).toString()}` : "";
	const view = hash.replace(/^#/, "");
	history.replaceState(null, "", `${location.pathname}${query}${view ? `#${view}` : ""}`);
}

async function main(): Promise<void> {
	addShapes(document);
	try {
		const service = await enter();
		const host = await SDK.getService<IHostNavigationService>("ms.vss-features.host-navigation-service");
		const hub = new Hub(service, projectOf(), host);
		document.addEventListener("click", (event) => {
			const link = (event.target as Element).closest("a[href]");
			const href = link?.getAttribute("href") ?? "#";
			if (href.startsWith("#")) return;
			event.preventDefault();
			void hub.follow(href);
		});
		addEventListener("popstate", () => viewNow() !== hub.file && void hub.open(viewNow()));
		for (const change of ["view", "popstate", "hashchange"]) addEventListener(change, () => host.setHash(location.hash));
		await SDK.notifyLoadSucceeded();
		await enterBy(host);
		await hub.open(viewNow());
	} catch (error) {
		document.querySelector("body > main")?.replaceWith(state("The models cannot be shown", [(error as Error).message]));
		void SDK.notifyLoadFailed((error as Error).message);
	}
}

void main();
