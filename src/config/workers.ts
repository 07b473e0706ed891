// Says whether other processes are to serve, without the table of settings: the process above them needs none of its 18 MB.
import { environment } from './environment.ts';

/** Whether this process is to start workers: each of them reads all settings, and reports a number that is malformed. */
export const startsWorkers = () => !['', '1'].includes(environment().IMAGE_GRAPH_WORKERS ?? '');
