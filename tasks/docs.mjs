// Puts what each task.json says about inputs and outputs between the marks of a page.
// usage: node docs.mjs PAGE (rewrites it), node docs.mjs --print PAGE
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const MARKS = /(<!-- task (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

const cell = (text) => text.replaceAll("|", "\\|");

function value(input) {
	if (input.required && input.defaultValue === undefined) return "required";
	return input.defaultValue ? `\`${input.defaultValue}\`` : "";
}

function meaning(input) {
	const options = Object.entries(input.options ?? {}).map(([name, label]) => `\`${name}\`: ${label}`);
	const choice = options.length ? ` One of ${options.join("; ")}.` : "";
	return cell(`${input.label}. ${input.helpMarkDown}${choice}`);
}

function tables(name) {
	const task = JSON.parse(readFileSync(join(here, name, "task.json"), "utf8"));
	return [
		task.description,
		"",
		task.helpMarkDown,
		"",
		"| input | type | default | |",
		"| --- | --- | --- | --- |",
		...task.inputs.map((i) => `| \`${i.name}\` | ${i.type} | ${value(i)} | ${meaning(i)} |`),
		"",
		"| output | |",
		"| --- | --- |",
		...task.outputVariables.map((o) => `| \`${o.name}\` | ${cell(o.description)} |`),
		"",
	].join("\n");
}

const print = process.argv[2] === "--print";
const page = process.argv[print ? 3 : 2];
const text = readFileSync(page, "utf8").replace(MARKS, (_, open, name, close) => `${open}\n${tables(name)}\n${close}`);
if (print) {
	process.stdout.write(text);
} else {
	writeFileSync(page, text);
}
