// The licences of the packages that ended up in a bundle: theirs to be told, wherever it goes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const RULE = `\n\n${"-".repeat(78)}\n\n`;

/** what: "This task"; metafile: what esbuild says of its bundle. */
export function notices(what, modules, metafile) {
	const names = new Set();
	for (const input of Object.keys(metafile.inputs)) {
		const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
		if (found) names.add(found[1]);
	}
	const texts = [...names].sort().map((name) => {
		const folder = join(modules, name);
		const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
		if (!file) throw new Error(`${name} is bundled and has no licence file`);
		const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
		return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
	});
	return [`${what} contains the following packages.`, ...texts].join(RULE) + "\n";
}
