// Reads Accept and Accept-Encoding: how much a client wants a media type or an encoding.

/** The range of the header that covers a name. */
interface Match {
  /** From 0 to 1; 0 where the header excludes the name, or no range covers it. */
  readonly quality: number;
  /** 0 where the range is the name itself; wildcards are higher. */
  readonly wildness: number;
}

function matchOf(header: string, name: string): Match {
  const ranges = [name, name.replace(/\/.*/, '/*'), '*/*', '*'];
  let match: Match = { quality: 0, wildness: ranges.length };
  for (const part of header.toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim());
    const wildness = ranges.indexOf(range);
    if (wildness < 0 || wildness >= match.wildness) continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    match = { quality: q === undefined ? 1 : Number(q.slice(2)) || 0, wildness };
  }
  return match;
}

/** Whether a client accepts an encoding. */
export const acceptsEncoding = (header: string | null, encoding: string): boolean =>
  matchOf(header ?? '', encoding).quality > 0;

/** Whether a client prefers HTML to JSON: by quality, then by which of them it names. Browsers do, programs do not. */
export function prefersHtml(accept: string | null): boolean {
  const [html, ...json] = ['text/html', 'application/json', 'application/graphql-response+json'].map((type) =>
    matchOf(accept ?? '', type),
  ) as [Match, Match, Match];
  return (
    html.quality > 0 &&
    json.every(
      ({ quality, wildness }) => html.quality > quality || (html.quality === quality && html.wildness < wildness),
    )
  );
}
