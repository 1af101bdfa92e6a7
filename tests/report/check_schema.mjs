// Validates JSON files (named on the command line, one verdict a line) against a schema with ajv.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const Ajv = require("ajv/dist/2020").default;
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const [schema, ...files] = process.argv.slice(2);
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: false, allowUnionTypes: true }).compile(read(schema));
for (const file of files) {
  const good = validate(read(file));
  console.log(good ? "valid" : "invalid");
}
