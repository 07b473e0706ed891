// The circuit breaker of one service: while it is out of order it is not asked, and every query hears so at once. Knows no HTTP,
// and of the callers nothing: what one of them may not do, or does too often, opens it for nobody.
import type { BreakerConfig } from '../../config/config.ts';

/** How a call ended for good: `healthy` when the service answered, whatever it said; `neutral` when it had no time to. */
export type Outcome = 'healthy' | 'failed' | 'neutral';

/** Calls are let through; none is; a few are, to see whether it works again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Calls that look whether the service works again: more than one, as one alone may ask for what never works. */
const PROBES = 3;
/** The window of time moves on in this many steps. */
const STEPS = 10;
/** Failing subjects that are told apart in one step; those beyond it count all the same. */
const MAXIMUM_SUBJECTS = 100;

/** What ended within one step of the window. */
interface Step {
  readonly endsAt: number;
  calls: number;
  failures: number;
  readonly failuresOf: Map<string, number>;
}

export class Breaker {
  readonly #config: BreakerConfig;
  readonly #changed: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  /** Rises with every change of the state: what was let through before says nothing of now. */
  #era = 0;
  #openUntil = 0;
  /** Probes that are under way or have failed. */
  #probes = 0;
  #failedProbes = 0;
  #steps: Step[] = [];

  /** `changed` hears of every change of the state. */
  constructor(config: BreakerConfig, changed: (state: BreakerState) => void) {
    this.#config = config;
    this.#changed = changed;
  }

  /** An open one whose time is over counts as half-open. */
  get state(): BreakerState {
    if (this.#state === 'open' && performance.now() >= this.#openUntil) return 'half-open';
    return this.#state;
  }

  /** Whole seconds until the service is asked again; 1 where nobody knows. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil((this.#openUntil - performance.now()) / 1000));
  }

  /** Whether a call would be let through now. */
  get admits(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half-open' && this.#probes < PROBES);
  }

  /** Lets a call through. Shape: the function that owes how it ended; undefined when it may not be made. */
  admit(subject: string): ((outcome: Outcome) => void) | undefined {
    if (!this.admits) return undefined;
    if (this.#state === 'open') this.#become('half-open');
    if (this.#state === 'half-open') this.#probes++;
    const era = this.#era;
    return (outcome) => {
      if (era === this.#era) this.#note(outcome, subject);
    };
  }

  #note(outcome: Outcome, subject: string): void {
    if (this.#state === 'half-open') {
      if (outcome === 'healthy') this.#become('closed');
      else if (outcome === 'neutral') this.#probes--;
      else if (++this.#failedProbes === PROBES) this.#open();
    } else if (outcome !== 'neutral') {
      const step = this.#currentStep();
      step.calls++;
      if (outcome === 'healthy') return;
      step.failures++;
      if (step.failuresOf.has(subject) || step.failuresOf.size < MAXIMUM_SUBJECTS)
        step.failuresOf.set(subject, (step.failuresOf.get(subject) ?? 0) + 1);
      if (this.#isOutage()) this.#open();
    }
  }

  #currentStep(): Step {
    const now = performance.now();
    const { windowMs } = this.#config;
    if ((this.#steps[0]?.endsAt ?? now) <= now - windowMs)
      this.#steps = this.#steps.filter(({ endsAt }) => endsAt > now - windowMs);
    const latest = this.#steps.at(-1);
    if (latest && latest.endsAt > now) return latest;
    const step = { endsAt: now + windowMs / STEPS, calls: 0, failures: 0, failuresOf: new Map() };
    this.#steps.push(step);
    return step;
  }

  /**
   * Whether so many calls failed that the service is taken to be out of order. The subject that failed most is left out of a second
   * count, where half the share is enough: one that never works, however often it is asked for, shuts nobody out.
   */
  #isOutage(): boolean {
    const { calls: least, share } = this.#config;
    const calls = sum(this.#steps.map((step) => step.calls));
    const failures = sum(this.#steps.map((step) => step.failures));
    if (calls < least || failures < share * calls) return false;
    const failuresOf = new Map<string, number>();
    for (const step of this.#steps)
      for (const [subject, count] of step.failuresOf) failuresOf.set(subject, (failuresOf.get(subject) ?? 0) + count);
    const most = Math.max(...failuresOf.values());
    return failures > most && failures - most >= (share / 2) * (calls - most);
  }

  #open(): void {
    this.#openUntil = performance.now() + this.#config.openMs;
    this.#become('open');
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#era++;
    this.#probes = 0;
    this.#failedProbes = 0;
    this.#steps = [];
    this.#changed(state);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
