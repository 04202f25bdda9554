/** A worker process as its supervisor holds it. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EpochRecord } from '@netspace/population/trial';
import { workerMark } from './worker-mark.ts';
import type {
  Answer,
  CheckpointReport,
  DataRequest,
  Order,
  Question,
  StepReport,
  Verdict,
  Work,
  WorkEnd,
} from './work.ts';

/** The entry that trains for real; run from source it is the compiled one. */
export const trainingEntry = new URL(
  import.meta.url.endsWith('.ts') ? './dist/worker-process.js' : './worker-process.js',
  import.meta.url,
);

export interface WorkerOptions {
  readonly entry: URL;
  readonly data: DataRequest;
  /** Threads of TensorFlow inside the process. */
  readonly threads: number;
}

/** A worker that is no more: `code` is `worker-gone`. */
export class WorkerGoneError extends Error {
  readonly code = 'worker-gone';
  /** By SIGKILL, which is how the system ends a process for want of memory. */
  readonly wasKilled: boolean;

  constructor(message: string, options: ErrorOptions & { readonly wasKilled?: boolean } = {}) {
    super(message, options);
    this.wasKilled = options.wasKilled === true;
  }
}

/** A worker that cannot train here at all, trial or no trial: `code` is `worker-unfit`. */
class WorkerUnfitError extends Error {
  readonly code = 'worker-unfit';
}

/** What is to happen with what a worker tells while it trains. */
export interface WorkerReports {
  readonly onStep: (report: StepReport) => void;
  /** Called for the epochs that a checkpoint brings as well. */
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onCheckpoint: (report: CheckpointReport) => void;
  /** The training waits for the answer. */
  readonly onQuestion: (question: Question) => Promise<Verdict['stop']>;
}

export interface WorkerHandle {
  readonly pid: number;
  /** What it told of itself when it was ready. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Rejects with WorkerGoneError when the process ends first. */
  train(work: Work, reports: WorkerReports): Promise<WorkEnd>;
  /** Asks the process to end, and ends it when it does not. */
  leave(): Promise<void>;
  kill(): void;
}

/** Milliseconds that a worker has to leave by itself. */
const patience = 3000;

/** Starts a process and waits until it is ready to train; aborting `stop` kills it even before. */
export async function startWorker(options: WorkerOptions, stop: AbortSignal): Promise<WorkerHandle> {
  const child = fork(fileURLToPath(options.entry), [], {
    env: { ...process.env, ...workerEnvironment(options.threads), [workerMark]: '1' },
    // A worker in TypeScript is read as its supervisor is, be it by tsx or by Node itself.
    execArgv: options.entry.pathname.endsWith('.ts') ? process.execArgv : [],
    // Keeps NaN, which JSON does not.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => void child.kill('SIGKILL');
  stop.addEventListener('abort', kill);
  const channel = openChannel(child, () => stop.removeEventListener('abort', kill));
  if (stop.aborted) kill();
  channel.send({ kind: 'prepare', data: options.data });
  const answer = await channel.next(() => {});
  if (answer.kind !== 'ready') {
    kill();
    throw new WorkerUnfitError(
      answer.kind === 'unfit' ? answer.reason : `a worker began with "${answer.kind}"`,
    );
  }
  return {
    pid: child.pid ?? 0,
    provenance: answer.provenance,
    train: (work, reports) => train(channel, work, reports),
    leave: () => leave(child, channel),
    kill,
  };
}

/** One thread a process for all that counts threads; oneDNN, since only its kernels train grouped convolutions. */
export function workerEnvironment(threads: number): Record<string, string> {
  const count = String(threads);
  return {
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    OMP_NUM_THREADS: count,
    DNNL_NUM_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}

/** How a process ended. */
interface End {
  readonly reason: string;
  readonly wasKilled?: boolean;
}

interface Channel {
  send(order: Order): void;
  /** The next answer that is no report; reports go to `onReport`. */
  next(onReport: (answer: Answer) => void): Promise<Answer>;
  readonly gone: Promise<End>;
}

const reportKinds: ReadonlySet<Answer['kind']> = new Set(['step', 'epoch', 'resumed', 'trouble', 'question']);

function openChannel(child: ChildProcess, onGone: () => void): Channel {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const gone = new Promise<End>((resolve) => {
    child.once('error', (error) =>
      resolve({ reason: `its process could not be started (${error.message})` }),
    );
    // "close" comes after the last line of stderr and the last message; "exit" may come before them.
    child.once('close', (code, signal) => resolve(describeEnd(code, signal, errors)));
  });
  void gone.then(onGone);
  return {
    gone,
    // A message to a process that is ending is lost either way; `gone` tells.
    send: (order) => void (child.connected && child.send(order, () => {})),
    next: (onReport) =>
      new Promise((resolve, reject) => {
        const listen = (answer: Answer): void => {
          if (reportKinds.has(answer.kind)) return onReport(answer);
          child.off('message', listen);
          resolve(answer);
        };
        child.on('message', listen);
        void gone.then(({ reason, ...how }) => reject(new WorkerGoneError(reason, how)));
      }),
  };
}

async function train(channel: Channel, work: Work, reports: WorkerReports): Promise<WorkEnd> {
  const next = channel.next((answer) => {
    if (answer.kind === 'step') reports.onStep(answer);
    else if (answer.kind === 'epoch') reports.onEpoch(answer.record);
    else if (answer.kind === 'resumed' || answer.kind === 'trouble') reports.onCheckpoint(answer);
    else if (answer.kind === 'question') void answerQuestion(channel, answer, reports);
  });
  channel.send({ kind: 'train', work });
  const end = await next;
  if (end.kind === 'trained' || end.kind === 'failed') return end;
  throw new WorkerGoneError(`it answered a trial with "${end.kind}"`);
}

async function answerQuestion(
  channel: Channel,
  question: Question,
  { onQuestion }: WorkerReports,
): Promise<void> {
  const stop = await onQuestion(question);
  channel.send({ kind: 'verdict', ...(stop !== undefined && { stop }) });
}

async function leave(child: ChildProcess, channel: Channel): Promise<void> {
  channel.send({ kind: 'leave' });
  const timer = setTimeout(() => void child.kill('SIGKILL'), patience);
  await channel.gone;
  clearTimeout(timer);
}

function describeEnd(code: number | null, signal: string | null, errors: string): End {
  const tail = errors.trim().split('\n').slice(-3).join(' / ');
  const last = tail === '' ? '' : `; its last words: ${tail}`;
  if (signal === 'SIGKILL')
    return {
      reason: `its process was killed (SIGKILL), by somebody or by the system${last}`,
      wasKilled: true,
    };
  return { reason: `its process ended with ${signal ?? `exit code ${code}`}${last}` };
}
