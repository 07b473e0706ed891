// The world's members of shared images: those of `Image.members`, and further ones of own images.
import type { Random } from './random.ts';
import type { Image, ImageMember, MemberStatus } from './types.ts';

const STATUSES: MemberStatus[] = ['pending', 'rejected', 'accepted'];
const DAY_MS = 86_400_000;

/** Prints a time as Glance does, some days after another. */
function daysAfter(time: string, days: number): string {
  return `${new Date(Date.parse(time) + days * DAY_MS).toISOString().slice(0, 19)}Z`;
}

function member(image: Image, member_id: string, status: MemberStatus, days: number, type?: string): ImageMember {
  const created_at = daysAfter(image.row.created_at, days);
  return {
    status,
    created_at,
    // An invitation that nobody has decided on is as it was created.
    updated_at: status === 'pending' ? created_at : daysAfter(created_at, 1),
    image_id: image.row.id,
    member_id,
    ...(type === undefined ? {} : { member_type: type }),
    schema: '/v2/schemas/member',
  };
}

/**
 * Creates the members in the order of their creation. An own shared image has a further project in every status, and the
 * first of them a domain and an organization, too. Every third image has Glance's own rows, without a type.
 */
export function createImageMembers(random: Random, projectId: string, images: Image[]): ImageMember[] {
  const shared = images.filter(({ row }) => row.visibility === 'shared');
  const firstOwn = shared.find(({ row }) => row.owner === projectId);
  return shared.flatMap((image, index) => {
    const type = index % 3 === 1 ? undefined : 'project';
    const known = Object.entries(image.members).map(([id, status]) => member(image, id, status, 1, type));
    if (image.row.owner !== projectId) return known;
    const others = STATUSES.map((status, position) => member(image, random.hex(32), status, 2 + position, type));
    return [...known, ...others, ...(image === firstOwn ? membersBeyondProjects(random, image) : [])];
  });
}

/** A domain and an organization. */
function membersBeyondProjects(random: Random, image: Image): ImageMember[] {
  const [unit, root] = [`ou-${random.hex(32)}`, random.hex(32)];
  const organization = member(image, unit, 'accepted', 6, 'organization');
  return [
    member(image, random.hex(32), 'accepted', 5, 'domain'),
    { ...organization, urn: `organizations::${root}:ou:o-${root}/${unit}` },
  ];
}
