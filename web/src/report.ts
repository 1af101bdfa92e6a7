/** The page of one run. It is whole without this script, which adds pictures, search and details. */
import { chartsOf, limitsOf } from "./charts/index";
import { readRun } from "./data/run";
import { addDetails } from "./pages/details";
import { drawIn } from "./pages/pictures";
import { addSearch } from "./pages/search";

const run = readRun(document);
if (run) {
	for (const article of document.querySelectorAll<HTMLElement>("article[data-result]")) {
		const result = run.results[Number(article.dataset["result"])];
		const charts = article.querySelector(".pictures");
		const limits = article.querySelector(".against");
		if (result && charts) drawIn(charts, (width) => chartsOf(result, width));
		if (result && limits) drawIn(limits, (width) => limitsOf(result, width));
	}
	const rows = [...document.querySelectorAll<HTMLTableRowElement>("#checks tr[data-result]")];
	addDetails(run, rows);
	addSearch(run, rows);
}
