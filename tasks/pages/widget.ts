/** The dashboard's widget: models by stages, what is wrong first, as many as there is room for. */
import * as SDK from "azure-devops-extension-sdk";
import type { IHostNavigationService } from "azure-devops-extension-api/Common/CommonServices";
import { inOrder, rowsOf, stagesOf, wholeOf, type Row } from "../../web/src/data/fleet";
import { count, daysUnwell, stageName } from "../../web/src/data/site";
import { make, sign, state as stateSign } from "../../web/src/pages/dom";
import { stale } from "../../web/src/pages/frame";
import { addShapes } from "../../web/src/pages/shapes";
import { enter, projectOf, type Service } from "./host";
import { findSite, type Site } from "./site";
import { state } from "./state";

const HUB = "modelgate.modelgate.models-hub";
const ROW_PIXELS = 43;
const HEAD_PIXELS = 110;

function rowFor(row: Row, stages: readonly (string | null)[], open: (file: string) => void): HTMLTableRowElement {
	const name = make("button", { type: "button" }, row.entry.name);
	name.addEventListener("click", () => open(row.entry.file));
	const cells = stages.map((stage) => {
		const one = row.standings.find((standing) => standing.stage.stage === stage);
		if (!one) return make("td", {}, make("span", { "aria-label": "not here" }, "–"));
		return make("td", { title: one.stage.why }, stateSign(one.state), make("span", { class: "version" }, one.stage.version ?? "no version"));
	});
	return make("tr", {}, make("th", { scope: "row" }, name), ...cells);
}

/** How many rows fit, and what is said of the others. */
export function draw({ fleet, behind }: Site, main: HTMLElement, height: number, now: number, open: (file?: string) => void): void {
	const rows = rowsOf(fleet, now);
	const unwell = new Map(rows.map((row) => [row, Math.max(0, ...row.standings.map((one) => daysUnwell(one.stage.days).days))]));
	const order = inOrder(rows, {}, (row) => unwell.get(row) ?? 0);
	const stages = stagesOf(fleet);
	const whole = wholeOf(fleet, rows);
	const room = Math.max(Math.floor((height - HEAD_PIXELS) / ROW_PIXELS), 1);
	const words = whole.unwell ? `${whole.unwell} of ${count(rows.length, "model")} not well` : whole.found ? `${count(whole.found, "finding")} to look at`
		: rows.length === 0 ? "There is no model yet" : whole.state === "warn" ? "Warnings alone" : `${count(rows.length, "model")}, all well`;
	const head = make("tr", {}, make("th", { scope: "col" }, "Model"), ...stages.map((stage) => make("th", { scope: "col" }, stageName(stage))));
	const more = make("button", { type: "button" }, order.length > room ? `and ${order.length - room} more` : "All about them");
	more.addEventListener("click", () => open());
	main.replaceChildren(make("h1", { class: whole.state }, sign(whole.state, 18), words), ...stale(fleet.built, now),
		...(behind ? [make("p", { class: "notice fail" }, sign("late", 14), "The builds since then have no site to show.")] : []),
		make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "Models by stages" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...order.slice(0, room).map((row) => rowFor(row, stages, open))))),
		make("p", { class: "note" }, more));
}

interface Settings {
	readonly size?: { readonly rowSpan?: number };
}

/** A dashboard's tile is 160 pixels high, with 10 between. */
function heightOf(settings: Settings): number {
	const rows = settings.size?.rowSpan ?? 2;
	return rows * 160 + (rows - 1) * 10;
}

function fill(...nodes: Node[]): HTMLElement {
	const main = make("main", {}, ...nodes);
	document.querySelector("body > main")?.replaceWith(main);
	return main;
}

async function load(service: Service, host: IHostNavigationService, settings: Settings): Promise<{ statusType: number; state?: string }> {
	const project = projectOf();
	const open = (file?: string): void => {
		const query = file ? `?${new URLSearchParams({ model: file }).toString()}` : "";
		host.openNewWindow(`${service.base}${encodeURIComponent(project)}/_apps/hub/${HUB}${query}`, "");
	};
	try {
		const site = await findSite(service, project);
		if (site) draw(site, fill(), heightOf(settings), Date.now(), open);
		else document.querySelector("body > main")?.replaceWith(state("No site was built yet", ["A pipeline with templates/model-site.yml builds it."]));
	} catch (error) {
		document.querySelector("body > main")?.replaceWith(state("The models cannot be shown", [(error as Error).message, "Nothing says that they are well."], () => void load(service, host, settings)));
	}
	return { statusType: 0 };
}

async function main(): Promise<void> {
	addShapes(document);
	const service = await enter();
	const host = await SDK.getService<IHostNavigationService>("ms.vss-features.host-navigation-service");
	const show = (settings: Settings): Promise<{ statusType: number }> => load(service, host, settings);
	SDK.register(SDK.getContributionId(), { preload: async () => ({ statusType: 0 }), load: show, reload: show });
	await SDK.notifyLoadSucceeded();
}

void main();
