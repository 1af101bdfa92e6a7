// Makes TypeScript's types of a JSON Schema, so that a field renamed in C fails the type check here.
// usage: node types.mjs SCHEMA OUT ROOT, the name that the type of the whole gets.
// It knows what modelgate's own schemas use, and refuses all else.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

const [from, to, root] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(from, "utf8"));
const names = { string: "string", boolean: "boolean", integer: "number", number: "number", null: "null" };

function typeOf(form, indent) {
	if (form.$ref) return form.$ref.replace("#/$defs/", "Of_");
	if ("const" in form) return JSON.stringify(form.const);
	if (form.enum) return form.enum.map((word) => JSON.stringify(word)).join(" | ");
	if (form.anyOf) return form.anyOf.map((one) => typeOf(one, indent)).join(" | ");
	if (Array.isArray(form.type)) return form.type.map((one) => names[one]).join(" | ");
	if (form.type === "object") return object(form, indent);
	if (form.type === "array") return `readonly (${typeOf(form.items, indent)})[]`;
	if (names[form.type]) return names[form.type];
	throw new Error(`no type for ${JSON.stringify(form)}`);
}

// What a form without its "if" requires is there in all: the page fills in what entries share (web/src/data/run.ts).
function object(form, indent) {
	const inner = `${indent}\t`;
	const required = [...(form.required ?? []), ...(form.else?.required ?? [])];
	const members = Object.entries(form.properties).map(([name, value]) => {
		const optional = required.includes(name) ? "" : "?";
		return `${inner}readonly ${name}${optional}: ${typeOf(value, inner)};\n`;
	});
	return `{\n${members.join("")}${indent}}`;
}

const parts = [`// Made by types.mjs of ${basename(from)}.\n`];
for (const [name, form] of Object.entries(schema.$defs ?? {}))
	parts.push(`export type Of_${name} = ${typeOf(form, "")};\n`);
parts.push(`export type ${root} = ${typeOf(schema, "")};\n`);
mkdirSync(dirname(to), { recursive: true });
writeFileSync(to, parts.join("\n"));
