// The world's image quotas: the three documented kinds. What is used is counted from the images.
// Source: docs/upstream/ims.md#quotas.
import type { ImageQuota } from './types.ts';

export const IMAGE_QUOTAS: ImageQuota[] = [
  { type: 'image', quota: 2000, min: 1, max: 5000 },
  { type: 'image_shared', quota: 500, min: 1, max: 1000 },
  { type: 'image_member', quota: 1280, min: 1, max: 5000 },
];
