/** A thread that computes, seen from the server. */
import { holdThread } from '@netspace/report/thread';
import { HttpError } from './http-error.ts';
import type { Task, TaskAnswer } from './task.ts';

interface ComputedJson {
  readonly json: string;
  /** What computing took, without the start of the thread. */
  readonly milliseconds: number;
}

export interface ComputationThread {
  run(task: Task): Promise<ComputedJson>;
  close(): Promise<void>;
}

/** It starts with its first task, and anew when it has died. `store` is where it finds the trials. */
export function openThread(store: string): ComputationThread {
  const thread = holdThread<Task, TaskAnswer>(import.meta.url, 'computation-worker', {
    data: { store },
    died: ({ message }) =>
      new HttpError(500, 'computation-died', `the computation died (${message}); ask again`),
  });
  return {
    run: async (task) => {
      const { json, milliseconds, problem } = await thread.ask(task);
      if (json === undefined) throw errorOf(problem);
      return { json, milliseconds };
    },
    close: thread.close,
  };
}

/** What is a defect of ours is told where the server was started, and to nobody else. */
function errorOf(problem: TaskAnswer['problem']): HttpError {
  const { status = 500, code = 'failed', message = '' } = problem ?? {};
  if (status < 500) return new HttpError(status, code, message);
  const error = new HttpError(
    status,
    code,
    'this should not have happened; the terminal of netspace says more',
  );
  error.stack = message;
  return error;
}
