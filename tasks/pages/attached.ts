/** What a build has attached: the sealed runs of its gates, each with the page that the program made of it. */
import { openRun } from "../../web/src/data/sealed";
import type { Run } from "../../web/src/data/run";
import type { Service } from "./host";
import { list, type BuildPlace, type Place } from "./attachments";
import { get, inParallel } from "./rest";
import { shown } from "./words";

export const RUN_TYPE = "modelgate.run";
export const PAGE_TYPE = "modelgate.page";
/** The program keeps a run.json under 64 MB; its page has the run and its tables. */
const MOST_RUN = 80_000_000;
const MOST_PAGE = 120_000_000;
/** More than any build has; of a build with more, the page says so. */
export const MOST_RUNS = 500;

export interface Build extends BuildPlace {
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
