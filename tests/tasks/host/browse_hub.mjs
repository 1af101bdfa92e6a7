// Opens the hub and the widget in Chromium inside the stand-in host, and prints what was seen there as JSON.
// usage: node browse_hub.mjs SOURCE FOLDER, where FOLDER has cases.json, {name: builds}, and gets pictures
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const [source, folder] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
const { host, open, photograph, violations, close } = await launch(source, {});
const seen = {};
const hub = { page: "hub.html", contribution: "modelgate.modelgate.models-hub" };
const widget = { page: "widget.html", contribution: "modelgate.modelgate.models-widget" };

const settled = (frame) => frame.waitForFunction(() => {
	const main = document.querySelector("body > main");
	return main?.hasChildNodes() && !/^Reading/.test(main.innerText);
});

const looks = (frame) => frame.evaluate(() => ({
	head: document.querySelector("body > header h1")?.innerText ?? "",
	notes: document.querySelector("body > header .where")?.innerText ?? "",
	text: document.querySelector("body > main").innerText,
	links: [...document.querySelectorAll("a[href]")].map((one) => one.getAttribute("href")),
	pictures: document.querySelectorAll("main svg[role=img]").length,
	green: [...document.querySelectorAll(".pass")].filter((one) => one.checkVisibility()).length,
	search: location.search + location.hash,
	scheme: getComputedStyle(document.documentElement).colorScheme,
	width: document.documentElement.scrollWidth,
}));

async function visit(name, builds, what, more) {
	host.service.builds = structuredClone(builds);
	const opened = await open(what, more);
	await settled(opened.frame);
	return { ...opened, look: async (key = name, picture = false) => {
		seen[key] = { ...(await looks(opened.frame)), troubles: opened.troubles, host: await opened.page.evaluate(() => ({ ...window.host, builds: undefined })) };
		if (picture) seen[key].axe = await violations(opened.frame);
		if (picture) await photograph(opened.page, join(folder, `${key.replaceAll(" ", "-")}.png`));
	} };
}

// ---- from the fleet to a model, to the tab of a build, and back
{
	const { page, frame, look, close: leave } = await visit("fleet", cases.well, hub);
	await look("fleet", true);
	await frame.locator("table.fleet tbody th a", { hasText: "churn" }).click();
	await frame.waitForSelector(".cards");
	await look("model", true);
	await frame.locator("#runs a[href^='build:']").first().click();
	await page.waitForFunction(() => window.host.opened.length === 1);
	await look("opened");
	await frame.locator("header nav a").click();
	await frame.waitForSelector("table.fleet");
	await look("back");
	await leave();
}
{
	const { look, close: leave } = await visit("sent", cases.well, { ...hub, query: { model: "churn" }, hash: "stage=PRD", theme: "dark" });
	await look("sent", true);
	await leave();
}
for (const name of ["none", "forbidden", "cut", "strange", "behind", "branch", "failed", "failed since", "overtaken", "hostile"]) {
	const { look, close: leave } = await visit(name, cases[name], hub, name === "hostile" ? { width: 390 } : {});
	await look(name, name === "none" || name === "hostile");
	await leave();
}

// ---- a site that the program made
{
	const { frame, look, close: leave } = await visit("made", cases.made, hub);
	await look();
	await frame.locator("table.fleet tbody th a").click();
	await frame.waitForSelector(".cards");
	await look("made model");
	await leave();
}

// ---- the widget, as a dashboard asks for it
for (const [name, theme] of [["well", "light"], ["hostile", "dark"], ["none", "light"], ["forbidden", "light"], ["failed since", "light"], ["never run", "dark"]]) {
	host.service.builds = structuredClone(cases[name]);
	const { page, frame, troubles, close: leave } = await open({ ...widget, theme, height: 330 }, { width: 490, height: 330 });
	await page.waitForFunction(() => window.host.loaded === 1);
	const status = await page.evaluate(() => window.host.call("load", { name: "Models", size: { rowSpan: 2, columnSpan: 3 } }));
	await settled(frame);
	const key = `widget ${name}`;
	seen[key] = { ...(await looks(frame)), status, troubles, axe: await violations(frame) };
	await photograph(page, join(folder, `widget-${name.replaceAll(" ", "-")}.png`));
	if (name === "well") {
		await frame.locator("tbody button").first().click();
		await page.waitForFunction(() => window.host.opened.length === 1);
		seen[key].opened = await page.evaluate(() => window.host.opened);
	}
	await leave();
}
await close();
console.log(JSON.stringify(seen));
