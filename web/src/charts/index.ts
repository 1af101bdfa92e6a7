/** Which picture shows which chart. A chart of a later version that nobody here knows has its table. */
import type { Chart, Result } from "../data/run";
import { bins } from "./bins";
import { confusion } from "./confusion";
import { calibration, precisionRecall, roc } from "./curve";
import { distribution } from "./distribution";
import { limits } from "./limits";
import { slices } from "./slices";
import type { Picture } from "./svg";

const makers: Record<string, (chart: Chart, width: number) => Picture> = {
	bins,
	distribution,
	roc,
	precision_recall: precisionRecall,
	calibration,
	confusion,
	slices,
};

/** The pictures of what was measured. */
export function chartsOf(result: Result, width: number): Picture[] {
	return (result.charts ?? []).flatMap((chart) => {
		const maker = Object.hasOwn(makers, chart.name) ? makers[chart.name] : undefined;
		return maker && chart.rows.length > 0 ? [maker(chart, width)] : [];
	});
}

export { limits as limitsOf };
