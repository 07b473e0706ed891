// Adds every slice to the graph: one line for each, below those of the slices that it imports.
import './repository/type.ts';
import './shared-repository/type.ts';
import './retention-log/type.ts';
import './image/type.ts';
import './image-member/type.ts';
import './image-group/type.ts';
import './account/type.ts';
