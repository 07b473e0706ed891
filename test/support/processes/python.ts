// A Python that has graphql-core 3.2, which is strict about introspection.
import { spawnSync } from 'node:child_process';

const CHECK = 'import graphql, sys; sys.exit(graphql.version_info < (3, 2))';

/** Its command; undefined where none is installed. Debian 12 has an older graphql-core, which is not strict. */
export const PYTHON_WITH_GRAPHQL = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', CHECK]).status === 0,
);
