/** A process of its own for what needs TensorFlow: it gets one order, answers as often as it has something to say, and ends. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { workerEnvironment } from '@netspace/sweep/worker-handle';

/** A process that ended before its work was done; the message has its last words. `code` is `search-process`. */
class SearchProcessError extends Error {
  readonly code = 'search-process';
}

export interface ProcessCall<Order, Answer> {
  /** The file that is run, without its ending: `latency-process`. */
  readonly entry: string;
  readonly order: Order;
  readonly threads: number;
  readonly onAnswer: (answer: Answer) => void;
  /** Aborted: the process is killed, and the call ends early. */
  readonly drain?: AbortSignal;
}

/** How much of what a process says on standard error is kept. */
const lastWords = 2000;

/** Resolves to true when the process has done its work, and to false when `drain` ended it. */
export function callProcess<Order, Answer>(call: ProcessCall<Order, Answer>): Promise<boolean> {
  const { entry, order, threads, onAnswer, drain } = call;
  if (drain?.aborted) return Promise.resolve(false);
  const child = fork(entryOf(entry), [], {
    env: { ...process.env, ...workerEnvironment(threads) },
    execArgv: [],
    // Keeps NaN, which JSON does not.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.on('data', (some: Buffer) => (words = `${words}${some.toString()}`.slice(-lastWords)));
  const kill = (): void => void child.kill('SIGKILL');
  drain?.addEventListener('abort', kill);
  return new Promise<boolean>((resolve, reject) => {
    child.on('message', (said) => {
      if (!isEnd(said)) onAnswer(said as Answer);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      drain?.removeEventListener('abort', kill);
      if (code === 0) resolve(true);
      else if (drain?.aborted) resolve(false);
      else
        reject(
          new SearchProcessError(
            `the process ${entry} ended with ${signal ?? `exit code ${code}`}; run the same command again to go on${words === '' ? '' : `. It said: ${words.trim()}`}`,
          ),
        );
    });
    child.send(order as object);
  });
}

/** Run from source it is the compiled one. */
function entryOf(name: string): string {
  const folder = import.meta.url.endsWith('.ts') ? './dist/' : './';
  return fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url));
}

function isEnd(said: unknown): boolean {
  return typeof said === 'object' && said !== null && Reflect.get(said, 'kind') === 'end';
}
