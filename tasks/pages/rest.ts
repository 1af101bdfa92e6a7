/** Asks the service with the reader's own rights. Whatever is not a whole answer throws, in words for the page. */
import type { Service } from "./host";

const SILENCE_MS = 30_000;

/** What the service's refusals mean to who reads. */
function meaning(status: number): string {
	if (status === 401 || status === 203) return "the sign-in has expired; load the page again";
	if (status === 403) return "you may not read this; ask who runs the project for View builds and Read";
	if (status === 404) return "it is not there, or not for you";
	if (status === 429) return "there were too many requests; try again in a minute";
	return status >= 500 ? "the service has trouble; try again later" : "this was not expected";
}

export class Refused extends Error {
	constructor(readonly status: number) {
		super(`The service answered with HTTP ${status}: ${meaning(status)}.`);
	}
}

export class TooBig extends Error {}

/** The answer's bytes, at most `most` of them. Silence ends it. */
export async function get(service: Service, path: string, most: number, accept = "application/json"): Promise<Uint8Array<ArrayBuffer>> {
	const stop = new AbortController();
	let clock = setTimeout(() => stop.abort(), SILENCE_MS);
	try {
		const headers = { Authorization: `Bearer ${await service.token()}`, Accept: accept, "X-TFS-FedAuthRedirect": "Suppress" };
		const answer = await fetch(service.base + path, { headers, signal: stop.signal, credentials: "omit", cache: "no-store" });
		if (answer.status !== 200 || !answer.body) throw new Refused(answer.status);
		const parts: Uint8Array[] = [];
		let size = 0;
		for (const reader = answer.body.getReader(); ; ) {
			const { done, value } = await reader.read();
			if (done) break;
			clearTimeout(clock);
			clock = setTimeout(() => stop.abort(), SILENCE_MS);
			size += value.length;
			if (size > most) {
				stop.abort();
				throw new TooBig(`It has more than ${Math.round(most / 1e6)} MB, too much to read here.`);
			}
			parts.push(value);
		}
		const whole = new Uint8Array(size);
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	} catch (error) {
		if (error instanceof Refused || error instanceof TooBig) throw error;
		throw new Error(stop.signal.aborted ? `The service was silent for ${SILENCE_MS / 1000} s.` : "The answer did not arrive whole; the network or the service broke it off.");
	} finally {
		clearTimeout(clock);
	}
}

/** JSON of the service, whose shape nobody has checked yet. */
export async function getJson(service: Service, path: string, most = 20_000_000): Promise<unknown> {
	const bytes = await get(service, path, most);
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		throw new Error("The service's answer is no JSON.");
	}
}

/** At most `width` at once, in order. */
export async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
	const results = new Array<R>(items.length);
	let next = 0;
	const worker = async (): Promise<void> => {
		for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
	};
	await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
	return results;
}
