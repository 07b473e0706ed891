// Adds every slice to the graph: one line for each, below those of the slices that it imports.
import './repository/type.ts';
import './shared-repository/type.ts';
import './image/type.ts';
import './image-member/type.ts';
import './image-group/type.ts';
import './retention-log/type.ts';
import './retention-policy/type.ts';
import './organization/type.ts';
import './repository-share/type.ts';
import './repository-trigger/type.ts';
import './container-tag/type.ts';
import './training-image/type.ts';
import './account/type.ts';
