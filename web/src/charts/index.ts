/** Which picture shows which chart. A chart of a later version that nobody here knows has its table. */
import type { Chart, Result } from "../data/run";
import { bins } from "./bins";
import { precisionRecallByClass, rocByClass } from "./classes";
import { confusion } from "./confusion";
import { calibration, precisionRecall, roc } from "./curve";
import { distribution } from "./distribution";
import { histogram } from "./histogram";
import { limits } from "./limits";
import { parts, type OfSlice } from "./parts";
import { slices } from "./slices";
import type { Picture } from "./svg";

const makers: Record<string, (chart: Chart, width: number, slices: OfSlice[]) => Picture> = {
	bins,
	distribution,
	roc,
	precision_recall: precisionRecall,
	roc_by_class: rocByClass,
	precision_recall_by_class: precisionRecallByClass,
	histogram,
	parts,
	calibration,
	confusion,
	slices,
};

/** The charts of one name of the slices of a result. */
function ofSlices(slices: readonly Result[], name: string): OfSlice[] {
	return slices.flatMap((one) => {
		const chart = (one.charts ?? []).find((other) => other.name === name);
		return chart ? [{ label: one.slice ?? one.name, chart }] : [];
	});
}

/** The pictures of what was measured. `slices` are the same check's, where the result is of all rows. */
export function chartsOf(result: Result, width: number, slices: readonly Result[] = []): Picture[] {
	return (result.charts ?? []).flatMap((chart) => {
		const maker = Object.hasOwn(makers, chart.name) ? makers[chart.name] : undefined;
		return maker && chart.rows.length > 0 ? [maker(chart, width, ofSlices(slices, chart.name))] : [];
	});
}

export { limits as limitsOf };
