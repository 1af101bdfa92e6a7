// Photographs two pages of a site: site.mjs SITE MODEL FOLDER; docs/pictures/make runs it.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [site, folder] = [process.argv[2], process.argv[4]].map((path) => resolve(path));
const { chromium } = createRequire(resolve("build/deps/browser/node_modules/x.js"))("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const [name, page] of [["site", "index.html"], ["site-model", `models/${process.argv[3]}.html`]]) {
	const view = await browser.newPage({ viewport: { width: 1280, height: 900 } });
	await view.goto(pathToFileURL(join(site, page)).href);
	await view.screenshot({ path: join(folder, `${name}.png`) });
}
await browser.close();
