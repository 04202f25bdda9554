/**
 * A thread that answers questions, one after another: how it is held by the one who asks, and what it does itself.
 *
 * It starts with its first question, and anew when it has died; while a question waits it keeps the process alive, and otherwise it does not.
 */
import { parentPort, Worker } from 'node:worker_threads';

export interface AnsweringThread<Question, Answer> {
  /** Starts it, unless it runs. */
  start(): void;
  /** Rejects when the thread dies. */
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** Its `workerData`. */
  readonly data?: unknown;
  /** What is told to those that wait when it dies. */
  readonly died: (cause: Error) => Error;
}

interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

interface Answered<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** `name` is that of the thread's file, beside the module whose address `beside` is; from source the compiled one is run. */
export function holdThread<Question, Answer>(
  beside: string,
  name: string,
  { data, died }: ThreadOptions,
): AnsweringThread<Question, Answer> {
  const entry = new URL(`./${beside.endsWith('.ts') ? 'dist/' : ''}${name}.js`, beside);
  let count = 0;
  let running: Running<Answer> | undefined;

  const start = (): Running<Answer> => {
    const worker = new Worker(entry, { workerData: data, execArgv: [] });
    const started = { worker, waiting: new Map<number, Waiting<Answer>>() };
    worker.on('message', ({ id, answer }: Answered<Answer>) => {
      started.waiting.get(id)?.resolve(answer);
      started.waiting.delete(id);
      if (started.waiting.size === 0) worker.unref();
    });
    const end = (cause: Error): void => {
      if (running === started) running = undefined;
      for (const { reject } of started.waiting.values()) reject(died(cause));
      started.waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('it ended')));
    worker.unref();
    return started;
  };

  return {
    start: () => void (running ??= start()),
    ask: (question) => {
      const { worker, waiting } = (running ??= start());
      const id = ++count;
      worker.ref();
      worker.postMessage({ id, question } satisfies Asked<Question>);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    close: async () => void (await running?.worker.terminate()),
  };
}

interface Running<Answer> {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting<Answer>>;
}

/** In the thread: two at a time would take as long, and twice the memory. What goes wrong is an answer too: an error here ends the thread. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  let queue = Promise.resolve();
  parentPort?.on('message', ({ id, question }: Asked<Question>) => {
    queue = queue.then(async () =>
      parentPort?.postMessage({ id, answer: await answer(question) } satisfies Answered<Answer>),
    );
  });
}
