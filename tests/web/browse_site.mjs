// Opens the pages of sites in Chromium, and prints what was seen there as JSON.
// usage: node browse_site.mjs MODULES FOLDER, where FOLDER has few/, many/, hostile/ and broken/ (site_pages.py)
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join, normalize, resolve } from "node:path";
import { DESK, PHONE, start } from "./browser.mjs";

const [modules, folder, now] = process.argv.slice(2).map((path, i) => (i < 2 ? resolve(path) : path));
const { open, violations, clock, width, close: closeAll } = await start(modules, folder);
const pictures = process.env.MODELGATE_PICTURES;
const photograph = (page, name) => pictures && page.screenshot({ path: join(pictures, `site-${name}.png`) });
const seen = {};

// ---- the fleet: what people look for
{
	const { page, troubles, close } = await open("few/index.html", { now });
	const rows = () => page.locator("table.fleet tbody tr:visible").count();
	seen.fleet = {
		title: await page.locator("h1").innerText(),
		worst: await page.locator(".worst li").first().innerText(),
		order: await page.locator("table.fleet tbody th a").allInnerTexts(),
		late: await page.locator("table.fleet td.late").first().innerText(),
		axe: await violations(page),
	};
	await photograph(page, "fleet");
	await page.keyboard.press("/");
	await page.keyboard.type("price");
	seen.fleet.found = [await rows(), await page.locator("output").innerText(), new URL(page.url()).hash];
	await page.locator("#search").fill("");
	await page.getByRole("button", { name: /^late/ }).click();
	await page.getByRole("combobox", { name: "Stage", exact: true }).selectOption("PRD");
	seen.fleet.filtered = [await rows(), new URL(page.url()).hash];
	await page.locator("#search").fill("no such model");
	seen.fleet.none = await page.locator(".empty").innerText();
	await page.emulateMedia({ media: "print" });
	seen.fleet.print = await page.locator(".tools").isVisible();
	seen.fleet.troubles = troubles;
	await close();
}
{
	const { page, close } = await open("few/index.html#state=late&stage=PRD", { now });
	seen.sent = { rows: await page.locator("table.fleet tbody tr:visible").count(), pressed: await page.getByRole("button", { name: /^late/ }).getAttribute("aria-pressed") };
	await close();
}
{
	const later = new Date(Date.parse(now) + 4 * 86_400_000).toISOString();
	const { page, close } = await open("few/index.html", { now: later });
	seen.stale = { notice: await page.locator(".notice").innerText(), green: await page.locator("table.fleet td.pass").count() };
	await close();
}

// ---- a model: each check over time, by pointer and by keys
{
	const { page, troubles, close } = await open("few/models/flight-delay.html", { now });
	seen.model = {
		title: await page.locator("h1").innerText(),
		pressed: await page.locator(".card[aria-pressed=true] b").innerText(),
		unwell: await page.locator("#unwell figure").count(),
		says: await page.locator("#unwell svg[role=img]").nth(1).getAttribute("aria-label"),
		checks: await page.locator("#checks tbody tr:visible").count(),
		axe: await violations(page),
	};
	await photograph(page, "model");
	await page.locator("#search").fill("psi DELAY");
	seen.model.found = await page.locator("#checks tbody tr:visible").count();
	await page.locator("#search").fill("");
	await page.locator("#unwell button").nth(1).click();
	seen.model.address = new URL(page.url()).hash;
	const slider = page.locator(".detail [role=slider]");
	await slider.focus();
	await page.keyboard.press("Home");
	seen.model.first = await slider.getAttribute("aria-valuetext");
	await page.keyboard.press("End");
	seen.model.last = await slider.getAttribute("aria-valuetext");
	await page.locator(".detail summary").click();
	await page.locator(".detail tbody tr").first().waitFor(); // rows are made when it opens
	seen.model.table = await page.locator(".detail tbody tr").count();
	seen.model.axeOpen = await violations(page);
	await page.keyboard.press("Escape");
	seen.model.closed = await page.locator(".detail").count();
	await page.goBack();
	seen.model.back = await page.locator(".detail").count();
	await page.locator(".detail button", { hasText: "Close" }).click();
	const map = page.locator("#drift [role=slider]");
	await map.focus();
	await page.keyboard.press("Home");
	seen.model.heat = await map.getAttribute("aria-valuetext");
	await page.keyboard.press("Enter");
	seen.model.opened = await page.locator(".detail h2").innerText();
	await page.getByRole("combobox", { name: "Time", exact: true }).selectOption("all");
	seen.model.older = await page.locator(".loading").innerText();
	seen.model.axeOlder = await violations(page);
	seen.model.troubles = troubles;
	await close();
}

// ---- two runs side by side
{
	const { page, troubles, close } = await open("few/models/flight-delay.html#view=compare", { now });
	seen.compare = {
		summary: await page.locator(".compare .summary").innerText(),
		first: await page.locator(".compare tbody tr").first().innerText(),
		rows: await page.locator(".compare tbody tr:visible").count(),
		axe: await violations(page),
	};
	await photograph(page, "compare");
	await page.locator("#only").check();
	seen.compare.changed = await page.locator(".compare tbody tr:visible").count();
	await page.getByRole("combobox", { name: "To: stage" }).selectOption("PPD");
	seen.compare.same = await page.locator(".compare .summary").innerText();
	seen.compare.troubles = troubles;
	await close();
}
{
	const { page, close } = await open("few/models/flight-delay.html#view=compare&a=PRD@000000000000", { now });
	seen.unknown = await page.locator(".notice").innerText();
	await close();
}

// ---- the audit trail
{
	const { page, troubles, close } = await open("few/decisions.html", { now });
	seen.decisions = { title: await page.locator("h1").innerText(), rows: await page.locator("table.events tbody tr:has(td)").count(), axe: await violations(page) };
	await photograph(page, "decisions");
	await page.getByRole("button", { name: /^override/ }).click();
	seen.decisions.overrides = await page.locator("table.events tbody tr:has(td)").allInnerTexts();
	seen.decisions.troubles = troubles;
	await close();
}

// ---- the graph
{
	const { page, troubles, close } = await open("few/graphs/flight-delay.html", { now });
	const lit = () => page.locator("g[data-node]:not(.dim)").count();
	seen.graph = { nodes: await lit(), axe: await violations(page) };
	await page.getByRole("combobox", { name: "Why is this in", exact: true }).selectOption("stage:churn#PRD");
	seen.graph.path = [await lit(), await page.locator("#node .summary").innerText(), new URL(page.url()).hash];
	await page.locator("g[data-node^='data:']").first().focus();
	await page.keyboard.press("Enter");
	seen.graph.file = [await lit(), await page.locator("#node .summary").innerText()];
	await page.getByRole("button", { name: "Zoom in" }).click();
	seen.graph.zoomed = await page.locator("svg.mg-graph").getAttribute("viewBox");
	seen.graph.axeOpen = await violations(page);
	seen.graph.troubles = troubles;
	await photograph(page, "graph");
	await close();
}

// ---- the report of a run: back to its model and to all models, by keys
{
	const { page, troubles, close } = await open("built/runs/churn/run.html", { now });
	seen.run = { axe: await violations(page), plain: await page.locator("nav a").first().evaluate((one) => getComputedStyle(one).textDecorationLine) };
	await photograph(page, "run");
	for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
	seen.run.focus = await page.evaluate(() => document.activeElement.textContent);
	await page.keyboard.press("Enter");
	await page.locator("#checks").waitFor();
	seen.run.model = [await page.locator("h1").innerText(), new URL(page.url()).hash, await page.locator(".card[aria-pressed=true] b").innerText()];
	await page.getByRole("link", { name: "compare runs" }).click();
	seen.run.compare = await page.locator(".compare .summary").innerText();
	await page.goBack();
	await page.goBack();
	await page.getByRole("link", { name: "Models" }).click();
	await page.locator("table.fleet").waitFor();
	seen.run.fleet = await page.locator("h1").innerText();
	seen.run.troubles = troubles;
	await close();
}

// ---- a phone, in the dark
for (const [name, address] of [["fleet", "few/index.html"], ["model", "few/models/flight-delay.html"], ["compare", "few/models/flight-delay.html#view=compare"], ["decisions", "few/decisions.html"], ["graph", "few/graphs/flight-delay.html"], ["run", "built/runs/churn/run.html"]]) {
	const { page, troubles, close } = await open(address, { viewport: PHONE, dark: true, now });
	seen[`phone-${name}`] = { width: await width(page), axe: await violations(page), troubles };
	if (name === "fleet") seen["phone-fleet"].stages = await page.locator("table.fleet tr:has(td)").first().locator("td").evaluateAll((cells) => cells.map((one) => getComputedStyle(one, "::before").content));
	if (name === "graph") {
		const inSight = () => page.locator("g[data-node]").evaluateAll((nodes) => nodes.map((one) => one.getBoundingClientRect()).filter((box) => box.left >= 0 && box.right <= innerWidth).map((box) => box.width));
		const first = await inSight();
		await page.getByRole("button", { name: "show all" }).click();
		seen["phone-graph"].nodes = [first.length, Math.min(...first), (await inSight()).length];
	}
	if (name === "compare") seen["phone-compare"].right = await page.locator(".compare tbody tr").first().locator("td").evaluateAll((cells) => Math.max(...cells.map((one) => one.getBoundingClientRect().right)));
	await photograph(page, `phone-${name}`);
	await close();
}

// ---- names that want to be markup, data that nobody can read, nothing at all
for (const name of ["index", "decisions", "models/evil"]) {
	const { page, troubles, close } = await open(`hostile/${name}.html`, { now });
	seen[`hostile-${name}`] = {
		elements: await page.evaluate(() => ["img", "iframe", "main b b", "style"].map((tag) => document.querySelectorAll(tag).length)),
		links: await page.evaluate(() => [...document.querySelectorAll("a")].filter((one) => !/^(file|http):/.test(one.href)).length),
		axe: await violations(page), troubles,
	};
	await page.setViewportSize(PHONE);
	seen[`hostile-${name}`].width = await width(page);
	await close();
}
for (const name of ["index", "decisions", "models/m"]) {
	const { page, troubles, close } = await open(`broken/${name}.html`, { now });
	seen[`broken-${name}`] = { text: await page.locator("main").innerText(), axe: await violations(page), troubles };
	await close();
}
{
	const { page, troubles, close } = await open("empty/index.html", { now });
	seen.empty = { text: await page.locator("body").innerText(), axe: await violations(page), troubles };
	await close();
}

// ---- 200 models and a year of 60 checks. Time is the page's own thread's: the machine may be busy.
const server = createServer((request, answer) => {
	const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
	const type = { html: "text/html", js: "text/javascript", css: "text/css", json: "application/json" }[path.split(".").pop()] ?? "text/plain";
	if (path === "/favicon.ico") answer.writeHead(204).end(); // browsers ask for one by themselves
	else readFile(join(folder, path)).then((data) => answer.writeHead(200, { "content-type": type }).end(data), () => answer.writeHead(404).end());
}).listen(0, "127.0.0.1");
await new Promise((done) => server.once("listening", done));
const base = `http://127.0.0.1:${server.address().port}`;
const site = `${base}/many`;
seen.times = {};

/** How long each step keeps the page busy. A step is an element, what happens to it, and when it is over; to find the
 * element is the tester's work, and not counted. */
async function timed(address, prefix, steps) {
	const { page, troubles, close } = await open(`${base}/empty/blank.html`, { viewport: DESK, now });
	const busy = await clock(page);
	await page.goto(address);
	seen.times[`${prefix}: open`] = await busy();
	for (const [name, element, [act, value], over] of steps) {
		const handle = await element(page).first().elementHandle();
		const before = await busy();
		await handle.evaluate(act, value);
		await over?.(page);
		seen.times[`${prefix}: ${name}`] = (await busy()) - before;
	}
	seen[prefix] = { rows: await page.locator("main tbody tr:visible").count(), troubles };
	await photograph(page, prefix);
	await close();
}
const type = (words) => [(one, value) => ((one.value = value), one.dispatchEvent(new Event("input", { bubbles: true }))), words];
const choose = (option) => [(one, value) => ((one.value = value), one.dispatchEvent(new Event("change", { bubbles: true }))), option];
const press = (key) => [(one, value) => one.dispatchEvent(new KeyboardEvent("keydown", { key: value, bubbles: true })), key];
const click = [(one) => one.click()];
const combobox = (name) => (page) => page.getByRole("combobox", { name, exact: true });
const at = (selector) => (page) => page.locator(selector);
await timed(`${site}/index.html`, "many", [
	["search", at("#search"), type("model-1")],
	["stage", combobox("Stage"), choose("PRD")],
	["order", combobox("Order"), choose("owner")],
]);
await timed(`${site}/models/model-000.html`, "year", [
	["stage", at(".card"), click],
	["a year", combobox("Time"), choose("365"),
		(page) => page.waitForFunction(() => /^36\d runs/.test(document.querySelector("#runs-title")?.textContent), undefined, { polling: 100 })],
	["search", at("#search"), type("psi")],
	["a check", at("#checks tbody tr:visible button"), click],
	["a key", at(".detail [role=slider]"), press("ArrowLeft")],
	["compare", at("a[href='#view=compare']"), click],
]);
server.close();
await closeAll();
console.log(JSON.stringify(seen));
