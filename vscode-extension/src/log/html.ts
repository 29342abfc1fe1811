// The page of the log as HTML: an empty frame that the script fills. Knows nothing of what is shown.

export interface PageParts {
  /** Lets this script run and no other. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** Where the two may be loaded from. */
  readonly source: string;
  readonly language: string;
  readonly title: string;
}

/** Nothing but the two files may be loaded, nothing inline runs, and nothing goes anywhere. */
export function pageOf(parts: PageParts): string {
  const policy = `default-src 'none'; style-src ${parts.source}; script-src 'nonce-${parts.nonce}';`;
  const attribute = (text: string): string =>
    text.replace(/&/gu, '&amp;').replace(/"/gu, '&quot;').replace(/</gu, '&lt;');
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(parts.style)}">
<title>${attribute(parts.title)}</title>
</head>
<body>
<script nonce="${attribute(parts.nonce)}" src="${attribute(parts.script)}"></script>
</body>
</html>
`;
}
