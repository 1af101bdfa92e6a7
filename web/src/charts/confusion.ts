/** Labels by predictions: the darker a cell, the more of its label's rows it has. */
import { percent, rowsOf, short, type Chart } from "../data/run";
import { fit, picture, rect, text, type Picture, type Shape } from "./svg";

const SHADES = 6;
const TOP = 40;

export function confusion(chart: Chart, width: number): Picture {
	const rows = rowsOf(chart);
	const names = Math.min(width * 0.28, 110);
	const side = (width - names - 4) / Math.max(chart.columns.length, 1);
	const height = Math.min(side, chart.columns.length > 4 ? 28 : 52);
	const parts: Shape[] = [text(names + 4, 12, fit(chart.x, width - names), "start", "axis"), text(0, 12, fit(chart.y, names), "start", "axis")];
	chart.columns.forEach((name, k) =>
		parts.push(text(names + 4 + (k + 0.5) * side, TOP - 8, fit(name.replace(/^predicted /, ""), side), "middle", "tick")));
	rows.forEach((row, i) => {
		const all = row.reduce((sum, n) => sum + n, 0);
		const y = TOP + i * height;
		const name = chart.labels?.[i] ?? "";
		parts.push(text(names - 4, y + height / 2 + 4, fit(name, names), "end", "tick"));
		row.forEach((n, k) => {
			const share = all > 0 ? n / all : 0;
			const shade = Math.min(Math.floor(share * SHADES), SHADES - 1);
			const x = names + 4 + k * side;
			const hint = `${name}, predicted ${chart.columns[k] ?? ""}: ${short(n, 9)}, ${percent(share)}`;
			parts.push(rect(x, y, side - 2, height - 2, `cell shade-${shade}`, hint));
			if (side < 40) return;
			parts.push(text(x + side / 2 - 1, y + height / 2 + (height > 40 ? -2 : 4), short(n, 9), "middle", `on-shade-${shade}`));
			if (height > 40) parts.push(text(x + side / 2 - 1, y + height / 2 + 14, percent(share), "middle", `on-shade-${shade}`));
		});
	});
	const right = rows.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
	const all = rows.flat().reduce((sum, n) => sum + n, 0);
	const says = `Labels by predictions: ${short(right, 9)} of ${short(all, 9)} rows are right`;
	return picture("Confusion matrix", says, width, TOP + rows.length * height + 4, parts);
}
