// Checks CloudFormation templates of one folder against the schemas of their resources, and that what they import one of them exports.
import { readFileSync } from "node:fs";
import cloudformation from "@aws/cloudformation-validate";

const engine = new cloudformation.RegoEngine();
const templates = process.argv.slice(2).map((file) => ({ file, text: readFileSync(file, "utf8") }));
const names = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const exported = templates.flatMap(({ text }) => names(text, /Export: \{ Name: !Sub "([^"]+)"/g));

for (const { file, text } of templates) {
  const { diagnostics } = engine.validateStandard(new cloudformation.TemplateFile(file), { severityLevel: "WARN" });
  const missing = names(text, /ImportValue \{ "Fn::Sub": "([^"]+)"/g).filter((name) => !exported.includes(name));
  const faults = [
    ...diagnostics.map((fault) => `${file}:${fault.startLine}: ${fault.message} (${fault.ruleId})`),
    ...new Set(missing.map((name) => `${file}: no template exports ${name}`)),
  ];
  faults.forEach((fault) => console.log(fault));
  if (faults.length > 0) process.exitCode = 1;
}
