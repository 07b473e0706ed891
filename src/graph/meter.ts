// Meters one operation while it executes: the bytes that it reads for its response, its errors, its share of the event loop and its
// deadline; and ends it where it exceeds a bound.
import type { GraphQLError, ResponsePath } from 'graphql';
import type { Exhausted, Reservation } from '../upstream/byte-budget.ts';
import type { Session } from '../upstream/session.ts';
import { hasWorked, isTurnSpent, nextTurn } from '../upstream/turn.ts';
import { type Contents, MAX_NAMES, textsOf } from './contents.ts';
import {
  codeOf,
  deadlineExceeded,
  isSuppressed,
  overloaded,
  rateLimited,
  suppressedErrors,
  tooComplex,
} from './errors.ts';

/** Bytes after which the bounds and the deadline are looked at again. */
const LOOK_BYTES = 16 * 1024;
/** Bytes after which the clock may say that the turn is spent: they take some 20 us. */
const TURN_BYTES = 2 * 1024;
/** Memory of a value in a result beside its characters: an entry of the table of its object, and often a number or a string of its own. */
const VALUE_MEMORY = 80;
/** Further memory of an object in a result, and of what it was read from. */
const OBJECT_MEMORY = 240;

/** Bytes that an error has at least beside its path. */
const ERROR_BYTES = 100;

type Path = ResponsePath;

/** The bytes of a path. */
function lengthOf(path: Path | undefined): number {
  let length = 0;
  for (let at = path; at; at = at.prev) length += String(at.key).length + 1;
  return length;
}

/** The bytes of the response to one HTTP request, which the operations of a batch share. */
export class ResponseSize {
  readonly #max: number;
  readonly #reservation: Reservation | undefined;
  readonly #running = new Set<Meter>();
  #bytes = 0;

  /** `reservation` takes the memory of the response, where all responses together are bounded. */
  constructor(max: number, reservation?: Reservation) {
    this.#max = max;
    this.#reservation = reservation;
  }

  /** Bytes that it may still have. */
  get left(): number {
    return this.#max - this.#bytes;
  }

  open(meter: Meter): void {
    this.#running.add(meter);
  }

  /** Closes a meter, which holds memory for its result no longer where it has none. */
  close(meter: Meter): void {
    this.#running.delete(meter);
    if (meter.isEnded) this.#reservation?.give(meter.memory);
  }

  /** Leaves out what an operation has read: it has ended. */
  drop(meter: Meter): void {
    if (this.#running.delete(meter)) this.#bytes -= meter.bytes;
  }

  /** Adds bytes that an operation has read since it last did. Where they are too many the operation with the most of them ends. */
  addBytes(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#max) return;
    const limit = { name: 'responseBytes', value: this.#bytes, max: this.#max };
    this.#endLargest('bytes', tooComplex('The response has too many bytes', limit, REMEDY));
  }

  /** Takes the memory of what an operation has read. Shape: false where it is too much; then the operation with the most of it ends. */
  takeMemory(memory: number): boolean {
    const reservation = this.#reservation;
    const exhausted = reservation?.take(memory);
    if (!(reservation && exhausted)) return true;
    this.#endLargest('memory', memoryExhausted(exhausted, reservation, memory));
    return false;
  }

  /** Others of its batch keep their data. */
  #endLargest(by: 'bytes' | 'memory', rejection: GraphQLError): void {
    let largest: Meter | undefined;
    for (const meter of this.#running) if (!largest || meter[by] > largest[by]) largest = meter;
    largest?.end(rejection);
  }
}

/** The error of a response that takes too much memory: by itself, beside those of its caller, or beside those of all. */
function memoryExhausted(exhausted: Exhausted, { bytes, max }: Reservation, memory: number): GraphQLError {
  const value = bytes + memory;
  if (value > max)
    return tooComplex('The response takes too much memory', { name: 'totalResponseBytes', value, max }, REMEDY);
  if (exhausted === 'total') return overloaded(`All responses that are being made ${TAKE_TOO_MUCH}`);
  const limit = { name: 'totalResponseBytes', value: max + 1, max };
  return rateLimited(`The responses of this caller that are being made ${TAKE_TOO_MUCH}`, limit, 1);
}

const REMEDY = 'Request smaller pages, or fewer fields of each row.';
const TAKE_TOO_MUCH = 'take too much memory: retry after 1 s.';

/** What one operation may have in its result. */
interface ResultLimits {
  readonly errors: number;
  readonly values: number;
}

/** Where compiled code ends that has thrown within a promise. */
interface CompiledRun {
  fail(error: unknown): void;
}

/** The meter of one operation. */
export class Meter {
  /** Set while compiled code executes the operation: it reads fields without a resolver by itself, so that objects count with them. */
  compiled: CompiledRun | undefined;
  readonly #session: Session;
  readonly #size: ResponseSize;
  readonly #limits: ResultLimits;
  #bytes = 0;
  #values = 0;
  #objects = 0;
  /** What `#size` knows of. */
  #addedBytes = 0;
  #takenMemory = 0;
  #rejection: GraphQLError | undefined;
  #lookAt = LOOK_BYTES;
  #askAt = TURN_BYTES;
  #isEnded = false;
  #lateness: GraphQLError | undefined;
  #errors = 0;
  /** What goes on in later turns: what has begun, the last first; and what has not, the first first. */
  readonly #begun: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #suppressed = new Map<string, number>();

  constructor(session: Session, size: ResponseSize, limits: ResultLimits) {
    this.#session = session;
    this.#size = size;
    this.#limits = limits;
    size.open(this);
  }

  /** Bytes that count in the size of the response. */
  get bytes(): number {
    return this.#addedBytes;
  }

  /** Errors that are reported at most. */
  get maxErrors(): number {
    return this.#limits.errors;
  }

  /** Memory that has been taken for the result. */
  get memory(): number {
    return this.#takenMemory;
  }

  /** Whether what is still read is for nothing: the operation has no response, or an error in its place. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Counts a value that the response will hold. Shape: false once the operation has ended. */
  add(bytes: number): boolean {
    this.#values++;
    this.#bytes += bytes;
    return this.#bytes < this.#lookAt || this.#look();
  }

  /** Counts an object: its brackets, its name if it has one, and what it holds that nothing else counts. Shape: as `add`. */
  addObject(bytes: number, object: unknown, contents?: Contents): boolean {
    this.#objects++;
    if (!contents) return this.add(bytes);
    this.#values += contents.values;
    this.#objects += contents.objects;
    const texts = this.#areTextsSmall() ? 0 : textsOf(object, contents);
    return this.add(bytes + contents.bytes + texts);
  }

  /** Whether all texts that the clouds have sent are surely small beside what the response may still have. */
  #areTextsSmall(): boolean {
    return this.#session.receivedBytes * MAX_NAMES < this.#size.left;
  }

  /** Whether this turn of the event loop has done enough; asked by work, so that a short list does not ask the clock. */
  isTurnSpent(): boolean {
    if (this.#bytes < this.#askAt && !hasWorked) return false;
    return this.askTurn();
  }

  /** The same, asked now. */
  askTurn(): boolean {
    const isSpent = isTurnSpent();
    // It stays so: who asks next in this turn is told so, too.
    this.#askAt = isSpent ? 0 : this.#bytes + TURN_BYTES;
    return isSpent;
  }

  /**
   * Resolves in a later turn, in which the deadline may have passed. What has `begun` is finished before anything else begins: so few lists
   * are read at a time, and few promises are kept.
   */
  async nextTurn(hasBegun = false): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (hasBegun) this.#begun.push(resolve);
    else this.#waiting.push(resolve);
    await nextTurn();
    this.#checkDeadline();
    (this.#begun.pop() ?? this.#waiting.shift())?.();
    await promise;
  }

  /** The error of what has not been read when the deadline passed. */
  get lateness(): GraphQLError | undefined {
    return this.#lateness;
  }

  /**
   * Counts the error of a field, or of an item of a list, at a path. Shape: whether it is reported; else the value is null without an
   * error.
   */
  reports(error: unknown, path: Path | undefined): boolean {
    if (this.#isEnded) return false;
    if (this.#errors < this.#limits.errors) {
      this.#errors++;
      this.add(ERROR_BYTES + lengthOf(path));
      return true;
    }
    this.#suppress(codeOf(error));
    return false;
  }

  /** Ends the operation: its calls are cancelled, and nothing is read any more. `rejection` says why, to a caller that is there. */
  end(rejection?: GraphQLError): void {
    this.#isEnded = true;
    this.#rejection = rejection;
    this.#lookAt = -1;
    this.#size.drop(this);
    this.#session.cancel('aborted');
  }

  /** Closes the meter. Shape: why the operation has no data; undefined where it has. */
  close(): GraphQLError | undefined {
    this.#addToSize();
    this.#size.close(this);
    return this.#rejection;
  }

  /** The errors that the client sees: those that are reported, and one for all others. */
  report(errors: readonly GraphQLError[]): readonly GraphQLError[] {
    const own = errors.filter((error) => !isSuppressed(error));
    // Errors that the engine has made are not counted before.
    for (const error of own.splice(this.#limits.errors)) this.#suppress(codeOf(error));
    return this.#suppressed.size === 0 ? own : [...own, suppressedErrors(this.#suppressed)];
  }

  #suppress(code: string): void {
    this.#suppressed.set(code, (this.#suppressed.get(code) ?? 0) + 1);
  }

  #look(): boolean {
    this.#lookAt = this.#bytes + LOOK_BYTES;
    this.#addToSize();
    this.#checkDeadline();
    return !this.#isEnded;
  }

  #checkDeadline(): void {
    const reason = this.#session.checkDeadline();
    if (reason === 'deadline') this.#lateness ??= deadlineExceeded();
    if (reason === 'aborted' && !this.#isEnded) this.end();
  }

  #addToSize(): void {
    if (this.#isEnded) return;
    const { values: max } = this.#limits;
    const value = this.#values;
    if (value > max) {
      this.end(tooComplex('The result has too many values', { name: 'values', value, max }, REMEDY));
      return;
    }
    const bytes = this.#bytes - this.#addedBytes;
    this.#addedBytes = this.#bytes;
    this.#size.addBytes(bytes);
    if (this.#isEnded) return;
    const memory = this.#bytes + VALUE_MEMORY * value + OBJECT_MEMORY * this.#objects;
    if (this.#size.takeMemory(memory - this.#takenMemory)) this.#takenMemory = memory;
  }
}
