// Makes the extension's pages: for each one HTML file, one script and one style.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { icon } from "../icon.mjs";
import { notices } from "../notices.mjs";

const MOST_BYTES = 300_000;
const here = dirname(fileURLToPath(import.meta.url));

/** build: esbuild's; out: the folder; modules: the packages of tasks/pages. */
export async function buildPages(build, out, modules) {
	rmSync(out, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	const pages = readdirSync(here).filter((name) => name.endsWith(".html")).map((name) => basename(name, ".html"));
	const { metafile } = await build({
		absWorkingDir: here,
		entryPoints: pages.flatMap((page) => [`${page}.ts`, `${page}.css`]),
		outdir: out,
		bundle: true,
		minify: true,
		charset: "ascii",
		format: "iife",
		target: ["es2022", "chrome110", "firefox115", "safari16"],
		legalComments: "none",
		nodePaths: [modules],
		metafile: true,
		logLevel: "warning",
	});
	for (const page of pages) {
		copyFileSync(join(here, `${page}.html`), join(out, `${page}.html`));
		const bytes = statSync(join(out, `${page}.js`)).size + statSync(join(out, `${page}.css`)).size;
		if (bytes > MOST_BYTES) throw new Error(`script and style of ${page} take ${bytes} bytes of ${MOST_BYTES}`);
	}
	writeFileSync(join(out, "icon.png"), icon(128));
	writeFileSync(join(out, "ThirdPartyNotices.txt"), notices("These pages", modules, metafile));
}
