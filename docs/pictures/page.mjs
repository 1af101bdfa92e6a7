// Photographs a page of modelgate run --html: page.mjs PAGE FOLDER; docs/pictures/make runs it.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page, folder] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(resolve("build/deps/browser/node_modules/x.js"))("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

/** Where and when it ran are of no interest here. */
async function photograph(name, width, height, colorScheme, from) {
	const view = await browser.newPage({ viewport: { width, height }, colorScheme });
	await view.goto(pathToFileURL(page).href);
	await view.locator(".where").evaluate((list) => list.remove());
	await view.locator(from).evaluate((place) => place.scrollIntoView());
	await view.screenshot({ path: join(folder, name) });
}

await photograph("page.png", 1120, 860, "light", "body");
await photograph("page-phone.png", 390, 720, "dark", "article:has-text('wasserstein')");
await browser.close();
