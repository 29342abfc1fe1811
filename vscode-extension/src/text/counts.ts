// Counts as the user's language writes them. Knows neither VS Code nor what is counted.

/** What a language says about numbers: its plurals, and the signs between its digits. */
interface Grammar {
  readonly plurals: Intl.PluralRules;
  readonly numbers: Intl.NumberFormat;
}

/** Grammars by language: one costs more to make than to use a thousand times. */
const grammars = new Map<string, Grammar>();

function grammarOf(language: string): Grammar {
  const known = grammars.get(language);
  if (known !== undefined) return known;
  let made: Grammar;
  try {
    made = { plurals: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(language) };
  } catch {
    // A name of a language that is none is no reason to count nothing.
    made = { plurals: new Intl.PluralRules('en'), numbers: new Intl.NumberFormat('en') };
  }
  grammars.set(language, made);
  return made;
}

/** The form of a text that a count takes: `one` where the language says it of this number, else `other`. */
export function formOf<Form>(
  count: number,
  language: string,
  forms: { readonly one: Form; readonly other: Form },
): Form {
  return grammarOf(language).plurals.select(count) === 'one' ? forms.one : forms.other;
}

/** A number as people write it: `30,000`. */
export function inDigits(count: number, language: string): string {
  return grammarOf(language).numbers.format(count);
}
