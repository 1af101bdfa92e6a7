/** The site that a pipeline of the project built last: its data are attached to the build. */
import { readData, type Fleet, type Model } from "../../web/src/data/site";
import { API, list, type BuildPlace, type Place } from "./attachments";
import type { Service } from "./host";
import { get, getJson, Refused } from "./rest";

/** The build's tag, by which templates/model-site.yml lets its builds be found. */
export const SITE_TAG = "modelgate-site";
export const FLEET_TYPE = "modelgate.fleet";
export const MODEL_TYPE = "modelgate.model";
/** A page of a year of a model takes some 10 MB. */
const MOST_PAGE = 100_000_000;
/** So many builds back the last site may be. */
const LOOK_BACK = 50;
const BUILD_API = API.replace(".2", ".6");

export interface Site {
	readonly build: BuildPlace;
	readonly fleet: Fleet;
	/** A later build of the site has none to show. */
	readonly behind: boolean;
}

/** A build as the service's list has it. */
interface Listed {
	readonly id: number;
	readonly definition: number;
	readonly branch: string;
	readonly started: number;
}

/** Builds that are over, those that ended last first. */
async function listBuilds(service: Service, project: string, query: string): Promise<Listed[]> {
	const path = `${encodeURIComponent(project)}/_apis/build/builds?${query}&statusFilter=completed&queryOrder=finishTimeDescending&${BUILD_API}`;
	const said = (await getJson(service, path)) as { value?: unknown } | null;
	if (!Array.isArray(said?.value)) throw new Error("The service's list of builds is none.");
	return (said.value as ({ id?: unknown; definition?: { id?: unknown }; sourceBranch?: unknown; startTime?: unknown } | null)[]).map((one) => ({
		id: Number(one?.id), definition: Number(one?.definition?.id), branch: String(one?.sourceBranch ?? ""), started: Date.parse(String(one?.startTime ?? "")),
	}));
}

/** The branch that a pipeline runs for by its schedule and by hand; undefined when the pipeline is gone. */
async function branchOf(service: Service, project: string, definition: number): Promise<string | undefined> {
	try {
		const said = (await getJson(service, `${encodeURIComponent(project)}/_apis/build/definitions/${definition}?${API.replace("-preview.2", "")}`)) as { repository?: { defaultBranch?: unknown } } | null;
		const name = said?.repository?.defaultBranch;
		if (typeof name !== "string" || !name) throw new Error("The service does not say for which branch the pipeline of the site runs.");
		return name.startsWith("refs/") ? name : `refs/heads/${name}`;
	} catch (error) {
		if (error instanceof Refused && error.status === 404) return undefined;
		throw error;
	}
}

/** Whoever may push a branch or open a pull request can attach what he likes to its build, and give it the tag. Only the
 * branch that a pipeline is there for says how the models are. */
async function ownOf(service: Service, project: string, listed: readonly Listed[]): Promise<Listed[]> {
	const branches = new Map<number, string | undefined>();
	for (const { definition } of listed) if (!branches.has(definition)) branches.set(definition, await branchOf(service, project, definition));
	return listed.filter((one) => one.branch && one.branch === branches.get(one.definition));
}

/** The newest site of a build that has one; undefined when none has. */
export async function findSite(service: Service, project: string): Promise<Site | undefined> {
	const tagged = await ownOf(service, project, await listBuilds(service, project, `tagFilters=${SITE_TAG}&$top=${LOOK_BACK}`));
	let site: { one: Listed; fleet: Fleet } | undefined;
	const looked = new Set<number>();
	for (const one of tagged) {
		// One that ended earlier has a newer site only where it began later.
		if (site && !(one.started > site.one.started)) continue;
		const place = (await list(service, { id: one.id, project }, FLEET_TYPE))[0];
		if (!place) continue;
		looked.add(one.id);
		const fleet = await read<Fleet>(service, place, "fleet", "modelgate.site/1");
		if (!site || Date.parse(fleet.built) > Date.parse(site.fleet.built)) site = { one, fleet };
	}
	if (!site) return undefined;
	const { id, definition, branch } = site.one;
	const last = (await listBuilds(service, project, `definitions=${definition}&branchName=${encodeURIComponent(branch)}&$top=1`))[0];
	return { build: { id, project }, fleet: site.fleet, behind: !last || !looked.has(last.id) };
}

/** What a page of the site carries. The page is looked at, never shown. */
async function read<T extends { format: string }>(service: Service, place: Place, id: string, format: T["format"]): Promise<T> {
	if (!place.path) throw new Error("The service gives the site's data no place to read them from.");
	const html = new TextDecoder("utf-8", { fatal: true }).decode(await get(service, place.path, MOST_PAGE, "application/octet-stream"));
	const data = readData<T>(new DOMParser().parseFromString(html, "text/html"), id, format);
	if (!data) throw new Error(`The site's data are cut off, or not of the format ${format}.`);
	return data;
}

export async function findModel(service: Service, site: Site, file: string): Promise<Model> {
	const places = await list(service, site.build, MODEL_TYPE);
	const place = places.find((one) => one.name === `${file}.html`);
	if (!place) throw new Error("The site has no data of this model.");
	return read<Model>(service, place, "model", "modelgate.model/1");
}
