// Makes the folder of each task that an agent gets: one index.js, task.json, icon and the notices of
// what is bundled; and the folder of the extension's pages.
// usage: node build.mjs OUT NODE_MODULES NODE_MODULES_OF_PAGES (see script/tasks)
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { icon } from "./icon.mjs";
import { notices } from "./notices.mjs";
import { buildPages } from "./pages/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2]);
const modules = resolve(process.argv[3]);
const { build } = createRequire(join(modules, "x.js"))("esbuild");

const manifest = JSON.parse(readFileSync(join(here, "vss-extension.json"), "utf8"));
/** The extension's page in the Marketplace, which is tasks/overview.md. */
const HOME = `https://marketplace.visualstudio.com/items?itemName=${manifest.publisher}.${manifest.id}`;
/** What all tasks have: they run on Linux alone, and tell what is new by the program's own page of changes. */
function common(task) {
	const help = `${HOME}#${task.name.toLowerCase()}${task.version.Major}`;
	const news = `modelgate ${programVersion()}: see CHANGELOG.md in the bundle, and the extension's page.`;
	return { ...task, helpUrl: help, releaseNotes: news, demands: ["Agent.OS -equals Linux"] };
}

function programVersion() {
	const line = readFileSync(join(here, "..", "CMakeLists.txt"), "utf8");
	return /^project\(modelgate VERSION ([\d.]+) /m.exec(line)[1];
}

/** Agents take new code only under a new number, so each release has its own: 0.1.2 is 1.1.2 of a V1. */
function numbered(task) {
	const [major, minor, patch] = programVersion().split(".").map(Number);
	const version = { Major: task.version.Major, Minor: 1000 * major + minor, Patch: patch };
	return { ...task, version };
}

async function buildTask(name) {
	const from = join(here, name);
	const to = join(out, name);
	rmSync(to, { recursive: true, force: true });
	mkdirSync(to, { recursive: true });
	const { metafile } = await build({
		absWorkingDir: here,
		entryPoints: [join(from, "index.ts")],
		outfile: join(to, "index.js"),
		bundle: true,
		platform: "node",
		target: "node20",
		format: "cjs",
		legalComments: "none",
		nodePaths: [modules],
		metafile: true,
		logLevel: "warning",
	});
	const task = common(numbered(JSON.parse(readFileSync(join(from, "task.json"), "utf8"))));
	writeFileSync(join(to, "task.json"), JSON.stringify(task, null, "\t") + "\n");
	writeFileSync(join(to, "icon.png"), icon(32));
	writeFileSync(join(to, "ThirdPartyNotices.txt"), notices("This task", modules, metafile));
}

const tasks = readdirSync(here).filter((name) => existsSync(join(here, name, "task.json")));
for (const name of tasks) {
	await buildTask(name);
}
await buildPages(build, join(out, "pages"), resolve(process.argv[4]));
