// Checks rendered Kubernetes objects, read from the standard input: each against its schema, then what they say of each other.
// Arguments: Secrets that are made in the cluster by somebody else, such as Secret/tls.
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { references } from './kubernetes-references.mjs';

// The validators pass over a field that they do not know. That is one they never read.
function watch(value, path, unread) {
  if (typeof value !== 'object' || value === null) return value;
  const watched = Array.isArray(value) ? [] : {};
  for (const [key, field] of Object.entries(value)) {
    const at = `${path}/${key}`;
    const inner = watch(field, at, unread);
    unread.add(at);
    Object.defineProperty(watched, key, { enumerable: true, get: () => (unread.delete(at), inner) });
  }
  return watched;
}

async function schema(object) {
  const kinds = await import(`kubernetes-models/${object.apiVersion}`).catch(() => ({}));
  const kind = kinds[object.kind];
  if (!kind) return [`there is no ${object.kind} in ${object.apiVersion}`];
  const unread = new Set();
  try {
    kind.prototype.validate.call(watch(object, '', unread));
  } catch (fault) {
    return [fault.message];
  }
  const parent = path => path.slice(0, path.lastIndexOf('/'));
  return [...unread].filter(path => !unread.has(parent(path))).map(path => `${path} is no field`);
}

const documents = parseAllDocuments(await text(process.stdin));
const faults = documents.flatMap(document => document.errors.map(error => error.message));
const objects = documents.map(document => document.toJS()).filter(Boolean);
if (objects.length === 0) faults.push('nothing was rendered');
for (const object of objects) {
  faults.push(...(await schema(object)).map(fault => `${object.kind}/${object.metadata?.name}: ${fault}`));
}
if (faults.length === 0) faults.push(...references(objects, process.argv.slice(2)));

for (const fault of faults) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
