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

function weightOf(text: string | undefined): number {
  const weight = text ? Number(text) : Number.NaN;
  return Number.isNaN(weight) ? 1 : Math.min(Math.max(weight, 0), 1);
}
