/** The pages of a site. Each is whole without this script, which shows more of what the page carries. */
import { readData, timeOf, type Decisions, type Fleet, type Model } from "./data/site";
import { showDecisions } from "./pages/decisions";
import { unreadable } from "./pages/frame";
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
	if (!fleet && !model && !decisions && ["fleet", "model", "decisions"].includes(document.body.dataset["page"] ?? "")) main.prepend(unreadable());
	if (fleet) showFleet(fleet, main, timeOf(fleet, now));
	if (model) showModel(model, main, timeOf(model, now));
	if (decisions) showDecisions(decisions, main, timeOf(decisions, now));
	const picture = document.querySelector<HTMLElement>("figure#picture");
	if (picture) showGraph(picture);
}
