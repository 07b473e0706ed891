// Reads the lists by which clients say what they accept, with weights: Accept and Accept-Encoding (RFC 9110, 12.4.2).

/** One item of a list. */
export interface WeightedItem {
  /** In lower case. */
  readonly name: string;
  /** From 0, which excludes it, to 1. */
  readonly weight: number;
  /** The other parameters, in lower case and without blanks and quotes. */
  readonly parameters: readonly string[];
}

/** The items of a list in its order. A malformed weight counts as 1. */
export const parseWeightedList = (text: string): WeightedItem[] =>
  text.split(',').flatMap((item) => {
    const [name = '', ...parameters] = item
      .toLowerCase()
      .split(';')
      .map((part) => part.replace(/[\s"]/g, ''));
    if (name === '') return [];
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return [{ name, weight: weightOf(weight), parameters: parameters.filter((one) => !one.startsWith('q=')) }];
  });

/** How much a client wants something. */
export interface Preference {
  /** 0 where no item covers it. */
  readonly weight: number;
  /** 0 where an item names it; more for wildcards. */
  readonly distance: number;
  /** The place of the item in the list. */
  readonly position: number;
}

/** How much a client wants a media type or a coding: the item that covers it most exactly counts. */
export function preferenceFor(name: string, items: readonly WeightedItem[]): Preference {
  const [kind, subtype] = name.split('/');
  const covering = subtype === undefined ? [name, `x-${name}`, '*'] : [name, `${kind}/*`, '*/*', '*'];
  for (const [distance, range] of covering.entries()) {
    const position = items.findIndex((item) => item.name === range);
    if (position >= 0) return { weight: items[position]?.weight ?? 0, distance, position };
  }
  return { weight: 0, distance: covering.length, position: items.length };
}

function weightOf(text: string | undefined): number {
  const weight = text ? Number(text) : Number.NaN;
  return Number.isNaN(weight) ? 1 : Math.min(Math.max(weight, 0), 1);
}
