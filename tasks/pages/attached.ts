/** What a build has attached: the sealed runs of its gates, each with the page that the program made of it. */
import type { Attachment } from "azure-devops-extension-api/Build/Build";
import { openRun } from "../../web/src/data/sealed";
import type { Run } from "../../web/src/data/run";
import type { Service } from "./host";
import { get, getJson, inParallel } from "./rest";
import { shown } from "./words";

export const RUN_TYPE = "modelgate.run";
export const PAGE_TYPE = "modelgate.page";
const API = "api-version=6.0-preview.2";
/** The program keeps a run.json under 64 MB; its page has the run and its tables. */
const MOST_RUN = 80_000_000;
const MOST_PAGE = 120_000_000;
/** More than any build has; of a build with more, the page says so. */
export const MOST_RUNS = 500;

export interface Build {
	readonly id: number;
	readonly project: string;
	readonly running: boolean;
}

/** A run of the build, or what was attached as one and why that is none. */
export interface Attached {
	readonly name: string;
	readonly run?: Run;
	readonly trouble?: string;
	/** The page's place; absent when none was attached. */
	readonly page?: string;
	/** A later attempt of the same job has taken its place. */
	readonly superseded?: boolean;
}

interface Place {
	readonly name: string;
	readonly path?: string;
	readonly key?: string;
}

/** The service names timeline and record only in the address of an attachment. Ours is made anew: the token goes to
 * nobody else. */
function placeOf(build: Build, type: string, one: unknown): Place {
	const { name, _links } = (one ?? {}) as Partial<Attachment>;
	const href = String((_links as { self?: { href?: unknown } } | undefined)?.self?.href ?? "");
	const ids = /\/([0-9a-f-]{36})\/([0-9a-f-]{36})\/attachments\//i.exec(href);
	if (typeof name !== "string" || !ids) return { name: String(name ?? "without a name") };
	const path = `${encodeURIComponent(build.project)}/_apis/build/builds/${build.id}/${ids[1]}/${ids[2]}/attachments/${type}/${encodeURIComponent(name)}?${API}`;
	return { name, path, key: `${ids[2]}/${name.replace(/\.[a-z]+$/, "")}` };
}

async function list(service: Service, build: Build, type: string): Promise<Place[]> {
	const said = (await getJson(service, `${encodeURIComponent(build.project)}/_apis/build/builds/${build.id}/attachments/${type}?${API}`)) as { value?: unknown };
	if (!Array.isArray(said?.value)) throw new Error("The service's list of attachments is none.");
	return said.value.map((one) => placeOf(build, type, one));
}

async function read(service: Service, build: Build, place: Place, pages: Map<string, string>): Promise<Attached> {
	const name = shown(place.name.replace(/\.json$/, ""), 120);
	if (!place.path) return { name, trouble: "The service gives it no place to read it from." };
	try {
		const run = await openRun(await get(service, place.path, MOST_RUN, "application/octet-stream"));
		const page = pages.get(place.key ?? "");
		const foreign = run.pipeline && run.pipeline.build !== String(build.id);
		if (!run.pipeline) return { name, trouble: "It does not say which build made it: no run of this build." };
		if (foreign) return { name, trouble: `It is a run of build ${shown(run.pipeline.build, 40)}, not of this one.` };
		return { name, run, ...(page ? { page } : {}) };
	} catch (error) {
		return { name, trouble: (error as Error).message };
	}
}

/** Of one job's attempts the last counts. */
function markSuperseded(all: Attached[]): Attached[] {
	const last = new Map<string, number>();
	const keyOf = (run: Run): string => JSON.stringify([run.model, run.stage, run.pipeline?.job, run.part?.number]);
	for (const { run } of all)
		if (run) last.set(keyOf(run), Math.max(last.get(keyOf(run)) ?? 0, run.pipeline?.attempt ?? 0));
	return all.map((one) => (one.run && (one.run.pipeline?.attempt ?? 0) < last.get(keyOf(one.run))! ? { ...one, superseded: true } : one));
}

export interface Found {
	readonly runs: Attached[];
	readonly leftOut: number;
}

export async function find(service: Service, build: Build, progress: (done: number, all: number) => void): Promise<Found> {
	const places = await list(service, build, RUN_TYPE);
	const pages = new Map<string, string>();
	if (places.length > 0)
		for (const place of await list(service, build, PAGE_TYPE)) if (place.path && place.key) pages.set(place.key, place.path);
	let done = 0;
	const some = places.slice(0, MOST_RUNS);
	const runs = await inParallel(some, 4, async (place) => {
		const one = await read(service, build, place, pages);
		progress(++done, some.length);
		return one;
	});
	return { runs: markSuperseded(runs), leftOut: places.length - some.length };
}

export async function readPage(service: Service, path: string): Promise<string> {
	return new TextDecoder("utf-8", { fatal: true }).decode(await get(service, path, MOST_PAGE, "application/octet-stream"));
}
