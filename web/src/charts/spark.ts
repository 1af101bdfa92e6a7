/** A check over time as small as a word: its line, and where it did not pass. */
import type { Series, Track } from "../data/series";
import { path, scale, shape, type Picture, type Shape } from "./svg";

const WIDTH = 180;
const HEIGHT = 22;

export function spark(series: Series, track: Track, first: number, until: number): Picture {
	const shown = track.values.slice(first).filter(Number.isFinite);
	const low = Math.min(...shown);
	const high = Math.max(...shown);
	// what hardly moves looks as if it hardly moves
	const room = Math.max((Math.abs(high + low) / 2) * 0.05 - (high - low), 0) / 2;
	const x = scale(series.times[first] ?? 0, until, 3, WIDTH - 3);
	const y = scale(low - room, high + room, HEIGHT - 3, 3);
	const parts: Shape[] = [];
	let points: [number, number][] = [];
	let bad = "";
	const close = (): void => {
		if (points.length > 1) parts.push(path(points, "current"));
		points = [];
	};
	for (let i = first; i < track.values.length; i++) {
		const value = track.values[i]!;
		const letter = track.verdicts[i]!;
		if (track.breaks.includes(i) || (!Number.isFinite(value) && letter !== "-")) close();
		if (Number.isFinite(value)) points.push([x(series.times[i]!), y(value)]);
		if ("fe".includes(letter)) bad += `M${x(series.times[i]!).toFixed(1)} ${(Number.isFinite(value) ? y(value) : HEIGHT / 2).toFixed(1)}m-2 -2h4v4h-4z`;
	}
	close();
	if (bad) parts.push(shape("path", { d: bad, class: "point fail" }));
	const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true", class: "spark" };
	return { title: track.id, says: "", drawing: shape("svg", frame, ...parts) };
}
