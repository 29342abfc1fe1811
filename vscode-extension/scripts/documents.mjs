// Writes what of the documentation follows from the sources: the settings in README.md, and l10n/bundle.l10n.json, which lists
// the texts that the code shows, for translators to begin with. With `--check` it writes nothing, and fails when one is stale.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const check = process.argv.includes('--check');
const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
const words = JSON.parse(readFileSync('package.nls.json', 'utf8'));

/** A row for each setting, as package.json declares it. */
function settings() {
  const rows = Object.entries(contributes.configuration.properties).map(([name, declared]) => {
    const text = words[(declared.markdownDescription ?? declared.description).slice(1, -1)];
    return `| \`${name}\` | \`${JSON.stringify(declared.default).replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`;
  });
  return rows.join('\n');
}

/** The texts that are given to `l10n.t`, by the compiler's own reading of the sources. */
function texts() {
  const found = new Set();
  const visit = node => {
    const [first] = ts.isCallExpression(node) && node.expression.getText().endsWith('l10n.t') ? node.arguments : [];
    if (first && ts.isStringLiteralLike(first)) found.add(first.text);
    ts.forEachChild(node, visit);
  };
  for (const name of readdirSync('src', { recursive: true }).filter(name => /\.tsx?$/.test(name))) {
    visit(ts.createSourceFile(name, readFileSync(`src/${name}`, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return [...found].sort();
}

function put(file, text) {
  if (readFileSync(file, 'utf8') === text) return;
  if (check) {
    console.error(`${file} is stale: run \`npm run documents\``);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
  }
}

const readme = readFileSync('README.md', 'utf8');
put(
  'README.md',
  readme.replace(/(\| setting \|.*\n\|---.*\n)[^]*?\n(?=\n?## Privacy)/, (_, head) => `${head}${settings()}\n`),
);
put('l10n/bundle.l10n.json', `${JSON.stringify(Object.fromEntries(texts().map(text => [text, text])), null, 2)}\n`);
