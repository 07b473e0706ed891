// Converts times as the clouds write them to RFC 3339 in UTC, with the fraction digits as sent.

/** Offsets are those of the date-times of XML Schema: up to 14:00. */
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-](?:(?:0\d|1[0-3]):?[0-5]\d|14:?00))?$/;
/** What most times are, and how they are shown: in UTC, and on a day that its month has in every year. */
const IN_UTC =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');

/**
 * Reads a written time; one without a zone is UTC, as the documents say, and a zone is at most 14:00 from UTC.
 * Shape: `yyyy-MM-ddTHH:mm:ss[.fraction]Z`; undefined when it is not a time, or not in the years 0001 to 9999.
 */
export function dateTime(text: string): string | undefined {
  if (IN_UTC.test(text)) return text;
  const match = WRITTEN.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = Date.parse(`${wall}Z`);
  // Date.parse lets 30 February and 24:00 roll over; written back they differ.
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(wall)) return undefined;
  if (zone === 'Z') return instant < FIRST_INSTANT ? undefined : `${wall}${fraction}Z`;
  return inUtc(instant, zone, fraction);
}

/** Milliseconds since 1970 as a time with three fraction digits; undefined when it is not in the years 0001 to 9999. */
export function dateTimeOfEpoch(milliseconds: number): string | undefined {
  const inRange = milliseconds >= FIRST_INSTANT && milliseconds <= LAST_INSTANT;
  return inRange && Number.isInteger(milliseconds) ? new Date(milliseconds).toISOString() : undefined;
}

/**
 * Compares two times from `dateTime`.
 * Shape: negative, zero or positive, exact to the last fraction digit.
 */
export function compareTimes(one: string, other: string): number {
  const digits = (time: string) => time.slice(0, -1).padEnd(29, time.length === 20 ? '.000000000' : '0');
  const [left, right] = [digits(one), digits(other)];
  return left < right ? -1 : Number(left > right);
}

function inUtc(instant: number, zone: string, fraction: string): string | undefined {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  const moved = instant - (zone.startsWith('-') ? -minutes : minutes) * 60_000;
  return moved < FIRST_INSTANT || moved > LAST_INSTANT
    ? undefined
    : `${new Date(moved).toISOString().slice(0, 19)}${fraction}Z`;
}
