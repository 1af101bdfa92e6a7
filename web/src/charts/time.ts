/** A time axis: ticks at days, weeks or months, whichever leaves room for their names. */
import { DAY } from "../data/site";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface Tick {
	readonly time: number;
	readonly words: string;
}

export function timeTicks(from: number, to: number, most: number): Tick[] {
	const days = (to - from) / DAY;
	if (!(days > 0) || most < 1) return [];
	const step = [1, 2, 7, 14].find((one) => days / one <= most);
	return step ? dayTicks(from, to, step) : monthTicks(from, to, most);
}

function dayTicks(from: number, to: number, step: number): Tick[] {
	const found: Tick[] = [];
	// weeks begin on Monday: 1970 began on a Thursday
	const offset = step % 7 === 0 ? 4 * DAY : 0;
	for (let time = Math.ceil((from - offset) / (step * DAY)) * step * DAY + offset; time <= to; time += step * DAY) {
		const date = new Date(time);
		found.push({ time, words: `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` });
	}
	return found;
}

function monthTicks(from: number, to: number, most: number): Tick[] {
	const months = (to - from) / (30.4 * DAY);
	const step = [1, 2, 3, 6, 12].find((one) => months / one <= most) ?? 12 * Math.ceil(months / 12 / most);
	const start = new Date(from);
	const found: Tick[] = [];
	for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
		const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
		if (time > to) return found;
		if (time < from) continue;
		found.push({ time, words: month % 12 === 0 ? String(month / 12) : MONTHS[month % 12]! });
	}
}
