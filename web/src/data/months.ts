/** The months of a model: those that the page carries, and older ones, which are files beside it. */
import type { Model, Month } from "./site";

export class Months {
	private readonly loaded = new Map<string, Month>();

	constructor(private readonly model: Model) {
		for (const month of model.months) this.loaded.set(month.month, month);
	}

	get all(): Month[] {
		return [...this.loaded.values()];
	}

	/** Those that a range of days needs and nobody has read yet. */
	missing(from: number): string[] {
		const first = Number.isFinite(from) ? new Date(from).toISOString().slice(0, 7) : "";
		return this.model.model.months.filter((month) => month >= first && !this.loaded.has(month));
	}

	/** Reads them; what cannot be read is an error that says why. */
	async load(months: readonly string[], url: (path: string) => string): Promise<void> {
		const found = await Promise.all(months.map((month) => readMonth(url(`data/${this.model.model.file}/${month}.json`), month)));
		for (const month of found) this.loaded.set(month.month, month);
	}
}

async function readMonth(address: string, month: string): Promise<Month> {
	const answer = await fetch(address).catch(() => {
		throw new Error(`${month}.json cannot be reached`);
	});
	if (!answer.ok) throw new Error(`${month}.json: HTTP ${answer.status}`);
	const data = await answer.json().catch(() => undefined) as Month | undefined;
	if (data?.format !== "modelgate.month/1") throw new Error(`${month}.json is not a month of this site's format`);
	return data;
}
