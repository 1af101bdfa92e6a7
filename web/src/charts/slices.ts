/** What each slice measured, in order of the number: the worst is at one end. */
import { rowsOf, short, type Chart } from "../data/run";
import { fit, line, picture, scale, shape, text, type Picture, type Shape } from "./svg";

const MOST = 30;
const ROW = 18;
const TOP = 22;

export function slices(chart: Chart, width: number): Picture {
	const all = rowsOf(chart)
		.map(([value = NaN, rows = NaN], i) => ({ label: chart.labels?.[i] ?? "", value, rows }))
		.sort((a, b) => a.value - b.value);
	const cut = all.length > MOST;
	const shown = cut ? [...all.slice(0, MOST / 2), ...all.slice(-MOST / 2)] : all;
	const names = Math.min(Math.max(width * 0.34, 90), 200);
	const least = Math.min(...all.map((one) => one.value));
	const most = Math.max(...all.map((one) => one.value));
	const room = (most - least || Math.abs(most) || 1) * 0.08;
	const x = scale(least - room, most + room, names + 8, width - 60);
	const parts: Shape[] = [text(0, 12, fit(chart.x, names), "start", "axis"), text(width, 12, fit(chart.y, width - names), "end", "axis")];
	shown.forEach((one, i) => {
		const y = TOP + i * ROW + 9;
		parts.push(text(names, y + 4, fit(one.label, names), "end", "tick"));
		parts.push(line(x.from === x.to ? names : x(x.from), y, x(one.value), y, "grid"));
		parts.push(shape("circle", { cx: x(one.value), cy: y, r: 4, class: "current" },
			shape("title", {}, `${one.label}: ${short(one.value)} of ${short(one.rows, 9)} rows`)));
		parts.push(text(width, y + 4, short(one.value), "end", "current"));
	});
	if (cut) parts.push(text(names, TOP + shown.length * ROW + 14, `the ${all.length - MOST} in the middle are left out`, "start", "quiet"));
	const first = all[0];
	const last = all[all.length - 1];
	const says = first && last
		? `${chart.y} from ${short(first.value)} of ${first.label} to ${short(last.value)} of ${last.label}`
		: chart.y;
	return picture("Slices", says, width, TOP + shown.length * ROW + (cut ? 22 : 6), parts);
}
