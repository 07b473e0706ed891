// Reads the dates of HTTP headers, which are UTC whether they say so or not.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The three forms of RFC 9110, 5.6.7; the last one has no zone. */
const FORMS = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** Shape: milliseconds since 1970; undefined for anything but a date of HTTP. */
export function httpDate(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  const { day, month = '', year = '', time } = FORMS.map((form) => form.exec(header)).find(Boolean)?.groups ?? {};
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return undefined;
  // Two digits are those of the nearest year: nothing that is sent here is older than half a century.
  const fullYear = year.length === 2 ? `20${year}` : year;
  const written = `${fullYear}-${String(number).padStart(2, '0')}-${day?.replace(' ', '0')}T${time}Z`;
  const at = Date.parse(written);
  return Number.isNaN(at) ? undefined : at;
}
