/** A number against its limits: the ranges that fail and warn as bands, their number at the edge. */
import { inUnit, numberOf, type Limit, type Result } from "../data/run";
import { line, picture, rect, scale, shape, text, type Picture, type Shape } from "./svg";

/** The values that a limit refuses: below `under`, above `over`. */
export interface Refused {
	readonly role: "limit" | "warn";
	readonly under?: number;
	readonly over?: number;
}

/** Where on the value's own scale a limit lies; undefined where that cannot be said. */
export function refusedBy(result: Result, limit: Limit): Refused | undefined {
	const baseline = numberOf(result.baseline.value);
	const size = limit.spread !== undefined ? numberOf(limit.runs?.spread) : limit.of_baseline ? Math.abs(baseline) : 1;
	const value = numberOf(limit.value) * size;
	const role = limit.role === "warn" ? "warn" : "limit";
	if (limit.role === "effect" || !Number.isFinite(value)) return undefined;
	switch (limit.op) {
		case "min":
		case "above":
			return { role, under: value };
		case "max":
		case "below":
			return { role, over: value };
		case "max_drop":
			return Number.isFinite(baseline) ? { role, under: baseline - value } : undefined;
		case "max_rise":
			return Number.isFinite(baseline) ? { role, over: baseline + value } : undefined;
		case "max_change":
			return around(result, role, baseline, value);
		case "within":
			return around(result, role, numberOf(limit.runs?.center), value);
		default:
			return undefined;
	}
}

/** An improvement is not refused, however large it is. */
function around(result: Result, role: Refused["role"], middle: number, room: number): Refused | undefined {
	if (!Number.isFinite(middle)) return undefined;
	const under = result.better === "higher" ? {} : { over: middle + room };
	return { role, ...under, ...(result.better === "lower" ? {} : { under: middle - room }) };
}

const SIDE = 1;
const TOP = 26;
const BAND = 16;

export function limits(result: Result, width: number): Picture[] {
	const value = numberOf(result.value);
	const refused = result.limits.flatMap((limit) => refusedBy(result, limit) ?? []);
	if (!result.measured || !Number.isFinite(value) || refused.length === 0 || result.unit === "time") return [];
	const ends = [numberOf(result.interval.lo), numberOf(result.interval.hi)].filter(Number.isFinite);
	const baseline = numberOf(result.baseline.value);
	const edges = refused.flatMap((one) => [one.under, one.over].filter((edge) => edge !== undefined));
	const seen = [value, ...edges, ...ends, ...(Number.isFinite(baseline) ? [baseline] : [])];
	const least = Math.min(...seen);
	const most = Math.max(...seen);
	const room = (most - least || Math.abs(most) || 1) * 0.25;
	const from = least >= 0 && least - room < 0 ? 0 : least - room;
	const x = scale(from, most + room, SIDE, width - SIDE);
	const parts: Shape[] = [rect(SIDE, TOP, width - 2 * SIDE, BAND, "ground")];
	// A warning's band lies under the limit's.
	for (const one of [...refused].sort((a, b) => (a.role === b.role ? 0 : a.role === "warn" ? -1 : 1)))
		parts.push(...band(one, x, width));
	parts.push(...edgeNumbers(result, refused, x, width));
	if (Number.isFinite(baseline)) {
		parts.push(line(x(baseline), TOP - 4, x(baseline), TOP + BAND + 4, "baseline"));
		parts.push(text(keepIn(x(baseline), width), TOP - 10, `baseline ${inUnit(result, baseline)}`, "middle", "quiet"));
	}
	if (ends.length === 2) parts.push(line(x(ends[0]!), TOP + BAND / 2, x(ends[1]!), TOP + BAND / 2, "interval"));
	const middle = TOP + BAND / 2;
	parts.push(shape("path", { d: diamond(x(value), middle, 7), class: `value ${result.verdict}` }));
	const says = `${inUnit(result, value)} against ${refused.map((one) => words(result, one)).join(", ")}`;
	return [picture("Against the limit", says, width, TOP + BAND + 24, parts)];
}

function band(one: Refused, x: ReturnType<typeof scale>, width: number): Shape[] {
	const parts: Shape[] = [];
	const style = `band ${one.role}`;
	if (one.under !== undefined) parts.push(rect(SIDE, TOP, x(one.under) - SIDE, BAND, style));
	if (one.over !== undefined) parts.push(rect(x(one.over), TOP, width - SIDE - x(one.over), BAND, style));
	return parts;
}

/** Numbers of edges that are near one another stand on two sides. */
function edgeNumbers(result: Result, refused: Refused[], x: ReturnType<typeof scale>, width: number): Shape[] {
	const edges = refused.flatMap((one) =>
		[one.under, one.over].flatMap((edge) => (edge === undefined ? [] : [{ edge, role: one.role }])));
	edges.sort((a, b) => a.edge - b.edge);
	let last = -Infinity;
	return edges.flatMap(({ edge, role }) => {
		const words = `${role === "warn" ? "warn " : ""}${inUnit(result, edge)}`;
		const at = Math.max(keepIn(x(edge), width), last + words.length * 6.6 + 10);
		last = at;
		return [line(x(edge), TOP, x(edge), TOP + BAND + 5, `edge ${role}`), text(at, TOP + BAND + 18, words, "middle", "tick")];
	});
}

function words(result: Result, one: Refused): string {
	const parts = [];
	if (one.under !== undefined) parts.push(`at least ${inUnit(result, one.under)}`);
	if (one.over !== undefined) parts.push(`at most ${inUnit(result, one.over)}`);
	return `${one.role} ${parts.join(" and ")}`;
}

function keepIn(x: number, width: number): number {
	return Math.min(Math.max(x, 40), width - 40);
}

function diamond(x: number, y: number, size: number): string {
	return `M${x.toFixed(1)} ${y - size}l${size} ${size}l${-size} ${size}l${-size} ${-size}z`;
}
