// The files that have the version, and CHANGELOG.md: its versions, and what the changes that it lists need by docs/releases.md.

/** Further files that have the version, and where in them. */
export const VERSION_PLACES: Readonly<Record<string, RegExp>> = {
  'deploy/helm/image-graph/Chart.yaml': /(?<=^(?:version|appVersion): ).*/gm,
  'deploy/kustomize/base/kustomization.yaml': /(?<=^ *newTag: ).*/gm,
  'docs/command-line.md': /(?<=^image-graph )\d[^,]*(?=, Node)/gm,
};

export interface Release {
  readonly version: string;
  /** What stands under the version's heading. */
  readonly text: string;
}

/** The releases in a changelog, the latest one first. */
export function releasesIn(changelog: string): Release[] {
  const parts = changelog.split(/^## (?=\d)/m).slice(1);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    return { version: part.slice(0, end).trim(), text: part.slice(end).trim() };
  });
}

const STEPS = ['patch', 'minor', 'major'] as const;
type Step = (typeof STEPS)[number];

const numbersOf = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number);

/** The step from a version to a later one. */
function stepBetween(before: string, after: string): Step {
  const [old, current] = [numbersOf(before), numbersOf(after)];
  const first = current.findIndex((number, index) => number !== old[index]);
  return first === 0 ? 'major' : first === 1 ? 'minor' : 'patch';
}

/** The step that the classes of changes in a release's text need. Below 1.0.0 each step is one smaller. */
function stepNeededBy(text: string, before: string): Step {
  const needed = /^#### Breaking$/m.test(text) ? 2 : /^#### (Dangerous|Safe)$/m.test(text) ? 1 : 0;
  return STEPS[Math.max(0, before.startsWith('0.') ? needed - 1 : needed)] ?? 'major';
}

/** What is wrong with the version of the latest release, by the changes that it lists; undefined where it fits, and for the first release. */
export function stepFault([latest, previous]: readonly Release[]): string | undefined {
  if (!latest || !previous) return undefined;
  const [is, needed] = [stepBetween(previous.version, latest.version), stepNeededBy(latest.text, previous.version)];
  if (STEPS.indexOf(is) >= STEPS.indexOf(needed)) return undefined;
  return `${latest.version} is a ${is} step from ${previous.version}; its changes need a ${needed} one`;
}
