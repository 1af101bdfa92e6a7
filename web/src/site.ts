/** The pages of a site. Each is whole without this script, which shows more of what the page carries. */
import { readData, type Decisions, type Fleet, type Model } from "./data/site";
import { showDecisions } from "./pages/decisions";
import { showFleet } from "./pages/fleet";
import { showGraph } from "./pages/graph";
import { showModel } from "./pages/model";
import { addShapes } from "./pages/shapes";

const main = document.querySelector<HTMLElement>("body > main");
if (main) {
	const now = Date.now();
	addShapes(document);
	const fleet = readData<Fleet>(document, "fleet", "modelgate.site/1");
	const model = readData<Model>(document, "model", "modelgate.model/1");
	const decisions = readData<Decisions>(document, "decisions", "modelgate.decisions/1");
	if (fleet) showFleet(fleet, main, now);
	if (model) showModel(model, main, now);
	if (decisions) showDecisions(decisions, main, now);
	const picture = document.querySelector<HTMLElement>("figure#picture");
	if (picture) showGraph(picture);
}
