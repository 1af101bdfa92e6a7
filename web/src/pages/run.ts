/** What the page of a run does beyond its markup, wherever that markup stands: pictures, search, details. */
import { chartsOf, limitsOf } from "../charts/index";
import { slicesOf, type Run } from "../data/run";
import { addDetails } from "./details";
import { drawIn } from "./pictures";
import { addSearch } from "./search";

export function bringToLife(run: Run): void {
	for (const article of document.querySelectorAll<HTMLElement>("article[data-result]")) {
		const result = run.results[Number(article.dataset["result"])];
		const charts = article.querySelector(".pictures");
		const limits = article.querySelector(".against");
		if (result && charts) drawIn(charts, (width) => chartsOf(result, width, slicesOf(run, result)));
		if (result && limits) drawIn(limits, (width) => limitsOf(result, width));
	}
	const rows = [...document.querySelectorAll<HTMLTableRowElement>("#checks tr[data-result]")];
	addDetails(run, rows);
	addSearch(run, rows);
}
