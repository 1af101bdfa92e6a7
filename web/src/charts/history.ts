/** A check over time: its numbers as a line, what its limits refuse as bands, releases as marks on the same axis. */
import { boundsAt, type Series, type Track } from "../data/series";
import { minute, type Event } from "../data/site";
import { inUnitOf, verdictOf } from "../data/words";
import { label } from "./plot";
import { fit, line, path, picture, rect, scale, shape, text, ticks, type Picture, type Scale, type Shape } from "./svg";
import { timeTicks } from "./time";

export interface Frame {
	readonly width: number;
	readonly height: number;
	/** The first run that is shown, and the time at which the axis ends. */
	readonly first: number;
	readonly until: number;
	/** With numbers at its axis and words at its marks. */
	readonly large: boolean;
}

export interface Ranges {
	readonly x: Scale;
	readonly y: Scale;
}

const TOP = 18;
const BOTTOM = 20;

/** The pixels of times and values; limits belong to the range unless they would flatten the line. */
export function rangesOf(series: Series, track: Track, frame: Frame, estimate?: Track): Ranges {
	const shown = [track, estimate].flatMap((one) => one?.values.slice(frame.first) ?? []).filter(Number.isFinite);
	const limits = edgesOf(track, frame.first).filter(Number.isFinite);
	const low = Math.min(...shown);
	const high = Math.max(...shown);
	const near = limits.filter((edge) => shown.length === 0 || isNear(edge, low, high));
	let least = Math.min(low, ...near);
	let most = Math.max(high, ...near);
	if (!Number.isFinite(least)) [least, most] = [0, 1];
	const room = (most - least || Math.abs(most) || 1) * 0.12;
	const from = least >= 0 && least - room < 0 ? 0 : least - room;
	const start = series.times[frame.first] ?? frame.until - 1;
	const left = frame.large ? 56 : 1;
	const right = frame.width - (estimate ? 100 : frame.large ? 76 : 52);
	return {
		x: scale(start, Math.max(frame.until, start + 1), left, right),
		y: scale(from, most + room, frame.height - BOTTOM, TOP),
	};
}

/** A limit far below what is measured would press the line to the top; one above is what the number is measured by. */
function isNear(edge: number, low: number, high: number): boolean {
	if (edge >= low) return low < 0 || edge <= 60 * Math.max(high, 1e-9);
	return low <= 0 || edge >= low * 0.5;
}

function edgesOf(track: Track, first: number): number[] {
	return track.bounds.flatMap((one, i) => {
		const next = track.bounds[i + 1];
		return next && next.from <= first ? [] : [one.min, one.max, one.warnMin, one.warnMax];
	});
}

/** `estimate` is of the same number, made while there were no labels: a dashed line on the same axis. */
export function history(series: Series, track: Track, events: readonly Event[], frame: Frame, estimate?: Track): Picture {
	const ranges = rangesOf(series, track, frame, estimate);
	const parts: Shape[] = [
		...bands(series, track, frame, ranges),
		...axis(track, frame, ranges),
		...marks(events, frame, ranges),
		...(estimate ? lines(series, estimate, frame, ranges, "current dashed") : []),
		...lines(series, track, frame, ranges, "current"),
		...troubles(series, track, frame, ranges),
		...(estimate ? ends(series, track, estimate, frame, ranges) : end(series, track, frame, ranges)),
	];
	const words = [says(series, track, frame), ...(estimate ? [`estimated: ${says(series, estimate, frame)}`] : [])];
	return picture(track.id, words.join("; "), frame.width, frame.height, parts);
}

/** What the limits of each time refuse. */
function bands(series: Series, track: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	const top = TOP;
	const bottom = frame.height - BOTTOM;
	const found: Shape[] = [];
	track.bounds.forEach((one, i) => {
		const next = track.bounds[i + 1];
		const begin = series.times[Math.max(one.from, frame.first)];
		const stop = next ? series.times[next.from] : frame.until;
		if (begin === undefined || stop === undefined || stop <= begin) return;
		const from = x(begin);
		const wide = x(Math.min(stop, frame.until)) - from;
		const band = (edge: number, over: boolean, style: string): void => {
			if (!Number.isFinite(edge)) return;
			const at = Math.min(Math.max(y(edge), top), bottom);
			found.push(over ? rect(from, top, wide, at - top, style) : rect(from, at, wide, bottom - at, style));
		};
		band(one.warnMax, true, "band warn");
		band(one.warnMin, false, "band warn");
		band(one.max, true, "band limit");
		band(one.min, false, "band limit");
	});
	return [...found, ...edges(track, frame, { x, y })];
}

/** The number of each limit that holds now, at the edge of its band; where it is out of the picture, an arrow to it. */
function edges(track: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	const now = track.bounds[track.bounds.length - 1];
	if (!now) return [];
	const given: [number, string, boolean][] = [[now.max, "max", true], [now.min, "min", false], [now.warnMax, "warn", true], [now.warnMin, "warn", false]];
	const placed: number[] = [];
	return given.flatMap(([edge, word, over]) => {
		if (!Number.isFinite(edge)) return [];
		const outside = y(edge) < TOP - 1 || y(edge) > frame.height - BOTTOM + 1;
		const at = Math.min(Math.max(y(edge) + (over ? -4 : 12), TOP + 10), frame.height - BOTTOM - 3);
		if (placed.some((other) => Math.abs(other - at) < 12)) return [];
		placed.push(at);
		const arrow = outside ? (y(edge) < TOP ? " ↑" : " ↓") : "";
		return [text(x(x.from) + 4, at, `${word} ${inUnitOf(track, edge)}${arrow}`, "start", "tick")];
	});
}

function axis(track: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	const bottom = frame.height - BOTTOM;
	const right = x(x.to);
	const found: Shape[] = [line(x(x.from), bottom, right, bottom, "grid")];
	for (const tick of timeTicks(x.from, x.to, (right - x(x.from)) / 64)) {
		const at = x(tick.time);
		if (at > right - 8) continue;
		found.push(line(at, bottom, at, bottom + 3, "grid"), text(at, frame.height - 5, tick.words, at < x(x.from) + 14 ? "start" : "middle", "tick"));
	}
	if (frame.large)
		for (const value of ticks(y.from, y.to, Math.max(Math.floor(frame.height / 60), 2)))
			found.push(line(x(x.from), y(value), right, y(value), "grid"), text(x(x.from) - 8, y(value) + 4, inUnitOf(track, value), "end", "tick"));
	return found;
}

/** Promotions and rollbacks stand where they happened, with their version. */
function marks(events: readonly Event[], frame: Frame, { x }: Ranges): Shape[] {
	let free = -Infinity;
	return events.flatMap((event) => {
		const time = Date.parse(event.time);
		if (time < x.from || time > x.to) return [];
		const at = x(time);
		const style = event.kind === "rollback" || event.decision === "overridden" ? "mark odd" : "mark";
		const found = [shape("line", { x1: at, y1: TOP - 4, x2: at, y2: frame.height - BOTTOM, class: style },
			shape("title", {}, `${event.what}, ${minute(event.time)}`))];
		const words = `${event.kind === "rollback" ? "↩ " : ""}${event.version ?? event.kind}`;
		if (at > free) {
			const last = at + words.length * 6.6 > frame.width;
			found.push(text(last ? frame.width : at, TOP - 7, words, last ? "end" : "start", "tick"));
			free = at + words.length * 6.6 + 8;
		}
		return found;
	});
}

/** The line stops where nothing was measured, and where something else is measured from then on. */
function lines(series: Series, track: Track, frame: Frame, { x, y }: Ranges, style: string): Shape[] {
	const parts: [number, number][][] = [[]];
	for (let i = frame.first; i < track.values.length; i++) {
		const value = track.values[i]!;
		if (track.breaks.includes(i)) parts.push([]);
		// a run that has not the check, by a selection, is no hole in what it measures
		if (Number.isFinite(value)) parts[parts.length - 1]!.push([x(series.times[i]!), y(value)]);
		else if (track.verdicts[i] !== "-") parts.push([]);
	}
	const drawn = parts.filter((one) => one.length > 0);
	const alone = drawn.filter((one) => one.length === 1).map(([point]) => shape("circle", { cx: point![0], cy: point![1], r: 2, class: "current" }));
	const turns = track.breaks.filter((i) => i > frame.first).map((i) => shape("line",
		{ x1: x(series.times[i]!), y1: TOP, x2: x(series.times[i]!), y2: frame.height - BOTTOM, class: "turn" },
		shape("title", {}, `From here on it measures something else: ${minute(series.times[i]!)}`)));
	return [...turns, ...drawn.filter((one) => one.length > 1).map((one) => path(one, style)), ...alone];
}

/** Runs that did not pass have the shape of their verdict; all of one shape are one path. */
function troubles(series: Series, track: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	const found = new Map<string, string>();
	const middle = frame.height - BOTTOM - 5;
	for (let i = frame.first; i < track.verdicts.length; i++) {
		const letter = track.verdicts[i]!;
		if (!"wfe".includes(letter)) continue;
		const value = track.values[i]!;
		const at = `${x(series.times[i]!).toFixed(1)} ${(Number.isFinite(value) ? y(value) : middle).toFixed(1)}`;
		found.set(letter, (found.get(letter) ?? "") + signs[letter as "w" | "f" | "e"].replace("@", at));
	}
	return [...found].map(([letter, d]) => shape("path", { d, class: `point ${verdictOf(letter)}` }));
}

const signs = {
	w: "M@m0 -4l4 7h-8z",
	f: "M@m-3 -3h6v6h-6z",
	e: "M@m0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z",
};

/** The last number, at the end of its line. */
function end(series: Series, track: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	for (let i = track.values.length - 1; i >= frame.first; i--) {
		const value = track.values[i]!;
		if (!Number.isFinite(value)) continue;
		const at = Math.min(Math.max(y(value), TOP + 6), frame.height - BOTTOM - 2);
		return [label(x(series.times[i]!) + 8, at + 4, fit(inUnitOf(track, value), 70), "start", `last ${verdictOf(track.verdicts[i])}`)];
	}
	return [];
}

/** Each line's name and last number, not over one another. */
function ends(series: Series, track: Track, estimate: Track, frame: Frame, { x, y }: Ranges): Shape[] {
	const last = (of: Track): number => of.values.reduce((found, value, i) => (i >= frame.first && Number.isFinite(value) ? i : found), -1);
	const named = ([[track, "realized", `last ${verdictOf(track.verdicts[last(track)])}`], [estimate, "estimated", "quiet"]] as const)
		.filter(([of]) => last(of) >= 0)
		.map(([of, name, style]) => ({ words: `${name} ${inUnitOf(of, of.values[last(of)]!)}`, style, from: x(series.times[last(of)]!), at: y(of.values[last(of)]!) }))
		.sort((a, b) => a.at - b.at);
	const right = x(x.to);
	const [above, below] = named;
	if (above && below && below.at - above.at < 13) {
		const middle = (above.at + below.at) / 2;
		[above.at, below.at] = [middle - 6.5, middle + 6.5];
	}
	return named.map((one) => {
		const at = Math.min(Math.max(one.at, TOP + 6), frame.height - BOTTOM - 2) + 4;
		// a line that ends long before the axis does has its name where it ends
		return label(Math.min(one.from + 6, right + 6), at, fit(one.words, frame.width - Math.min(one.from, right)), "start", one.style);
	});
}

function says(series: Series, track: Track, frame: Frame): string {
	const shown = track.values.slice(frame.first).filter(Number.isFinite);
	const last = shown[shown.length - 1];
	if (last === undefined) return `${track.id}: nothing measured in these days`;
	const bad = [...track.verdicts.slice(frame.first)].filter((letter) => "fe".includes(letter)).length;
	const bounds = boundsAt(track, track.values.length - 1);
	return `${track.id}: ${inUnitOf(track, last)} in the last of ${series.runs.length - frame.first} runs, between ${inUnitOf(track, Math.min(...shown))} and ${inUnitOf(track, Math.max(...shown))}; `
		+ `${bad} did not pass${bounds?.text ? `; ${bounds.text}` : ""}`;
}
