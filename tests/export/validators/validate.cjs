// Validates bundles against the R4 definitions and value sets that the package `fhir` brings.
const { readFileSync } = require("node:fs");
const { Fhir } = require("fhir");

const fhir = new Fhir();
for (const file of process.argv.slice(2)) {
  const bundle = JSON.parse(readFileSync(file, "utf8"));
  for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
    const { valid, messages } = fhir.validate(resource);
    const bad = messages.filter(({ severity }) => severity !== "info");
    if (!valid || bad.length > 0) {
      console.error(file, resource.id, JSON.stringify(bad));
      process.exit(1);
    }
  }
  console.log(file, bundle.entry.length);
}
