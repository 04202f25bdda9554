/** What the environment of a worker process has, and no other. */
export const workerMark = 'NETSPACE_WORKER';
