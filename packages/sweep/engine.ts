/** What starts workers on other machines: it places, lists and ends tasks, and knows nothing of trials. The store holds the truth. */

/** One task of a job: a process that works on the sweep. */
export interface Task {
  /** As the engine names it. */
  readonly id: string;
  /** `cancelled`: ended by somebody's wish, which is respected. */
  readonly state: 'waiting' | 'running' | 'ended' | 'cancelled';
  /** The engine's own words for the state, and why. */
  readonly words: string;
}

export interface Engine {
  /** Starts so many tasks; the job's name. */
  submit(tasks: number): Promise<string>;
  /** The tasks of the sweep, those that ended lately among them. */
  list(): Promise<readonly Task[]>;
  /** Starts a task again that has ended; false where that cannot be done. */
  requeue(task: Task): Promise<boolean>;
  /** `drain`: running tasks end after their epoch, waiting ones do not begin. `now`: all end at once. */
  stop(how: 'drain' | 'now'): Promise<void>;
  /** The last lines that a task wrote; empty where they cannot be read. */
  lastWords(task: Task): string;
}
