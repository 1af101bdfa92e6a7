// Reads pipeline YAML as Microsoft's language service does, by the service's own schema.
// usage: node check_shape.mjs SCHEMA < [{name, text}, ...] as JSON; prints [{name, line, message}, ...].
// The packages lie where NODE_PATH says, which only require() looks at.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { getLanguageService, parse } = require("azure-pipelines-language-service");
const { TextDocument } = require("vscode-languageserver-textdocument");

// The service talks on standard output, which is kept for the answer.
const answer = console.log;
console.log = console.error;

// The schema as an object: given as text, it would validate nothing.
const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));
const documents = JSON.parse(readFileSync(0, "utf8"));
const address = "file:///schema.json";
const service = getLanguageService(async () => schema, [], async () => address);
service.configure({ validate: true });

const found = [];
for (const { name, text } of documents) {
  const document = TextDocument.create(`file:///${encodeURI(name)}`, "azure-pipelines", 1, text);
  for (const problem of await service.doValidation(document, parse(text))) {
    found.push({ name, line: problem.range.start.line + 1, message: problem.message });
  }
}
answer(JSON.stringify(found));
