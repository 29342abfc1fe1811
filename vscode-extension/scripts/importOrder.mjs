// A rule of eslint's: imports stand in one order, so that where one belongs is never a question. Packages come first, node's
// own before others, and after an empty line the project's: the further away the earlier, then by their paths.
const RANKS = [/^node:/, /^[^.]/, /^\.\.\/\.\.\/\.\.\//, /^\.\.\/\.\.\//, /^\.\.\//, /^\.\//];
const FIRST_OF_OURS = 2;

function before(one, other) {
  const ranks = [one, other].map(({ source }) => RANKS.findIndex(rank => rank.test(source.value)));
  return ranks[0] - ranks[1] || (one.source.value < other.source.value ? -1 : 1);
}

function isOurs({ source }) {
  return RANKS.findIndex(rank => rank.test(source.value)) >= FIRST_OF_OURS;
}

export default {
  meta: {
    type: 'layout',
    fixable: 'code',
    schema: [],
    messages: { order: 'Imports are not in their order: `npx eslint --fix` puts them there.' },
  },
  create: ({ sourceCode, report }) => ({
    Program({ body }) {
      const imports = body.filter(({ type }) => type === 'ImportDeclaration');
      if (imports.length < 2) return;
      const sorted = imports.toSorted(before);
      const wanted = sorted
        .map((one, index) => {
          const begins = index > 0 && isOurs(one) && !isOurs(sorted[index - 1]);
          return (begins ? '\n' : '') + sourceCode.getText(one);
        })
        .join('\n');
      const range = [imports[0].range[0], imports.at(-1).range[1]];
      if (sourceCode.text.slice(...range) === wanted) return;
      report({ node: imports[0], messageId: 'order', fix: fixer => fixer.replaceTextRange(range, wanted) });
    },
  }),
};
