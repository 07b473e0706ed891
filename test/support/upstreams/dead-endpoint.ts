// An endpoint at which no server listens, and none can start to.
import { takenPort } from '../listen.ts';

/** The port is taken on another address of loopback. */
export const deadEndpoint = async () => `http://127.0.0.2:${await takenPort()}`;
