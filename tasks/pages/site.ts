/** The site that a pipeline of the project built last: its data are attached to the build. */
import { readData, type Fleet, type Model } from "../../web/src/data/site";
import { API, list, type BuildPlace, type Place } from "./attachments";
import type { Service } from "./host";
import { get, getJson } from "./rest";

/** The build's tag, by which templates/model-site.yml lets its builds be found. */
export const SITE_TAG = "modelgate-site";
export const FLEET_TYPE = "modelgate.fleet";
export const MODEL_TYPE = "modelgate.model";
/** A page of a year of a model takes some 10 MB. */
const MOST_PAGE = 100_000_000;
/** So many builds back the last site may be. */
const LOOK_BACK = 10;

export interface Site {
	readonly build: BuildPlace;
	readonly fleet: Fleet;
	/** A later build of the site has none to show. */
	readonly behind: boolean;
}

/** The newest build that has a fleet; undefined when none has. */
export async function findSite(service: Service, project: string): Promise<Site | undefined> {
	const query = `tagFilters=${SITE_TAG}&statusFilter=completed&queryOrder=finishTimeDescending&$top=${LOOK_BACK}&${API.replace(".2", ".6")}`;
	const said = (await getJson(service, `${encodeURIComponent(project)}/_apis/build/builds?${query}`)) as { value?: { id?: unknown }[] } | null;
	if (!Array.isArray(said?.value)) throw new Error("The service's list of builds is none.");
	for (const [i, one] of said.value.entries()) {
		const build = { id: Number(one?.id), project };
		const place = (await list(service, build, FLEET_TYPE))[0];
		if (!place) continue;
		return { build, fleet: await read<Fleet>(service, place, "fleet", "modelgate.site/1"), behind: i > 0 };
	}
	return undefined;
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
