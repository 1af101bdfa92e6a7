/** The drift of a stage: its columns by days. */
import { nearness, type Series, type Track } from "./series";
import { DAY } from "./site";

/** What measures how far a column is from its reference. */
const KINDS = new Set(["chi_square", "hellinger", "jensen_shannon", "ks", "new_category_share", "null_share_change", "psi", "total_variation", "wasserstein"]);

export interface Heat {
	readonly names: readonly string[];
	/** The first day, in milliseconds, and how many there are. */
	readonly from: number;
	readonly days: number;
	/** Per name and day: how near it came, 1 is at the limit; not a number: not measured. */
	readonly near: readonly (readonly number[])[];
	/** Per name a letter a day. */
	readonly verdicts: readonly string[];
}

export function driftTracks(series: Series): Track[] {
	return series.tracks.filter((one) => one.column !== null && one.slice === null && KINDS.has(one.kind));
}

const ORDER = "-spwfe";

/** Several checks of a column on one day: the one that is nearest to its limit counts. What broke most stands first. */
export function driftOf(series: Series, tracks: readonly Track[], first: number, until: number): Heat {
	const from = Math.floor((series.times[first] ?? until) / DAY) * DAY;
	const days = Math.max(Math.floor((until - from) / DAY) + 1, 1);
	const rows = new Map<string, { near: number[]; letters: string[] }>();
	for (const track of tracks) {
		const row = rows.get(track.column!) ?? { near: Array<number>(days).fill(NaN), letters: Array<string>(days).fill("-") };
		rows.set(track.column!, row);
		for (let i = first; i < track.values.length; i++) {
			const d = Math.floor((series.times[i]! - from) / DAY);
			const letter = track.verdicts[i]!;
			if (d < 0 || d >= days || letter === "-") continue;
			const near = nearness(track, i) ?? NaN;
			if (!(row.near[d]! >= near)) row.near[d] = near;
			if (ORDER.indexOf(letter) > ORDER.indexOf(row.letters[d]!)) row.letters[d] = letter;
		}
	}
	const bad = (letters: string[]): number => letters.filter((one) => "fe".includes(one)).length * 1000 + letters.filter((one) => one === "w").length;
	const sorted = [...rows].sort((a, b) => bad(b[1].letters) - bad(a[1].letters));
	return {
		names: sorted.map(([name]) => name), from, days,
		near: sorted.map(([, row]) => row.near),
		verdicts: sorted.map(([, row]) => row.letters.join("")),
	};
}
