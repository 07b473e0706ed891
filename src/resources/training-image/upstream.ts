// Calls ModelArts for training images: "list images" and "show image".
// Sources: docs/upstream/modelarts.md#list-images, #show-an-image.

import type { OffsetList } from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { DEFAULT_WORKSPACE } from '../image-group/record.ts';
import { imagesOfProject, type ListQuery, projectList } from '../image-group/upstream.ts';
import { idOf, TrainingImage } from './record.ts';

/**
 * The list of the training images of one type: without `type` in the query, those that are built in.
 * Errors: a row without its id is an UpstreamError in its place; `not-configured` without a project.
 * Calls: one for each page.
 * Source: GET /v1/{project_id}/images.
 */
export const listTrainingImages = (
  session: Session,
  workspaceId: string,
  query: ListQuery,
): OffsetList<TrainingImage> =>
  projectList(session, workspaceId, query, {
    kind: 'modelarts.trainingImages',
    operation: 'list images',
    path: '',
    keyOf: idOf,
    make: (wire, id) => new TrainingImage(wire, id, false, workspaceId),
    keyText: ({ trainingImageId }) => trainingImageId,
  });

/**
 * Shows one training image, of any type and workspace.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v1/{project_id}/images/{id}.
 */
export async function showTrainingImage(session: Session, id: string): Promise<TrainingImage | null> {
  const response = await session.find({
    ...(await imagesOfProject(session, `/${pathSegment(id)}`)),
    kind: 'modelarts.trainingImages',
    operation: 'show image',
    // A UUID is the same in upper and lower case.
    isRecord: (wire) => idOf(wire)?.toLowerCase() === id.toLowerCase(),
  });
  return response && new TrainingImage(response.body, idOf(response.body) ?? id, true, DEFAULT_WORKSPACE);
}
