// Writes src/protocol/types.ts from schema/openrpc.json: the types of what goes over the wire, and the table of methods.
// With `--check` it writes nothing, and fails when the file is not what it would write. It knows nothing of VS Code.
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const SCHEMA = new URL('../../schema/openrpc.json', import.meta.url);
const TYPES = new URL('../src/protocol/types.ts', import.meta.url);
const BANNER = `// Generated from schema/openrpc.json by \`npm run generate\`: change the server's Rust types, not this.`;

/** Names that would hide one of JavaScript's own. */
const RENAMED = { Date: 'HgDate' };
const typeName = reference => {
  const name = reference.replace('#/components/schemas/', '');
  return RENAMED[name] ?? name;
};

/** `hg/fileLog` -> `FileLogParams` */
const paramsName = method => `${method.replace(/^.*[./]/, '').replace(/^./, first => first.toUpperCase())}Params`;

/**
 * The same schema in the words that the compiler of types understands: definitions instead of components, tuples by
 * `items`, and a description beside a reference kept by wrapping the reference.
 */
function reword(schema) {
  if (Array.isArray(schema)) return schema.map(reword);
  if (schema === null || typeof schema !== 'object') return schema;
  const { $ref, prefixItems, ...rest } = schema;
  const reworded = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, reword(value)]));
  if (prefixItems) reworded.items = reword(prefixItems);
  if (!$ref) return reworded;
  const reference = { $ref: `#/definitions/${typeName($ref)}` };
  return Object.keys(reworded).length ? { ...reworded, allOf: [reference] } : reference;
}

/** All parameters of one method as one object. */
function paramsSchema({ summary, params }) {
  return {
    type: 'object',
    description: summary,
    properties: Object.fromEntries(
      params.map(param => [param.name, { description: param.description, ...param.schema }]),
    ),
    required: params.filter(param => param.required).map(param => param.name),
  };
}

async function types(document) {
  const schemas = Object.entries(document.components.schemas);
  const definitions = Object.fromEntries(schemas.map(([name, schema]) => [typeName(name), schema]));
  for (const method of document.methods) definitions[paramsName(method.name)] = paramsSchema(method);
  const schema = { title: 'Protocol', type: 'object', definitions: reword(definitions) };
  const text = await compile(schema, 'Protocol', {
    additionalProperties: false,
    bannerComment: BANNER,
    format: true,
    style: { singleQuote: true, printWidth: 120 },
    unreachableDefinitions: true,
  });
  const requests = document.methods.filter(method => method.result);
  const notifications = document.methods.filter(method => !method.result);
  const line = method => `  '${method.name}': ${paramsName(method.name)};`;
  const resultName = method => typeName(method.result.schema.$ref);
  const request = method =>
    `  '${method.name}': { params: ${paramsName(method.name)}; result: ${resultName(method)} };`;
  return [
    // The empty type that stands for the whole of the definitions says nothing, nor do the notes of who refers to it.
    text
      .replace(/export interface Protocol \{\}\n/, '')
      .replace(/ \*(\n \*) This interface was referenced by .*\n \* via the .*/g, ' *')
      .replace(/\n \*(?=\n \*\/)/g, '')
      .trimEnd(),
    '',
    '/** Every request, by its name. */',
    'export interface Methods {',
    ...requests.map(request),
    '}',
    '',
    '/** What a request costs: `write` changes a repository, `long` may read much of it. */',
    "export const CLASSES: Readonly<Record<keyof Methods, 'instant' | 'read' | 'long' | 'write'>> = {",
    ...requests.map(method => `  '${method.name}': '${method['x-class']}',`),
    '};',
    '',
    '/** Every notification that the server sends of its own accord, by its name. */',
    'export interface Notifications {',
    ...notifications.map(line),
    '}',
    '',
    '/** The version of the server whose protocol this is. */',
    `export const PROTOCOL_VERSION = '${document.info.version}';`,
    '',
  ].join('\n');
}

const fresh = await types(JSON.parse(await readFile(SCHEMA, 'utf8')));
if (!process.argv.includes('--check')) {
  await writeFile(TYPES, fresh);
} else if (fresh !== (await readFile(TYPES, 'utf8').catch(() => ''))) {
  console.error('src/protocol/types.ts is not what schema/openrpc.json says: run `npm run generate`');
  process.exitCode = 1;
}
