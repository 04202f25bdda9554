/**
 * A Slurm cluster of its own on this machine: munged, slurmctld and a slurmd for each node, all below one folder, on free ports of
 * 127.0.0.1. Neither systemd nor cgroups nor accounting are needed, and no other cluster of the machine is touched. Works as root and as
 * any user. Debian builds slurmd so that several may run on one host (MULTIPLE_SLURMD).
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlurmCluster {
  /** Environment in which Slurm's commands find this cluster. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs one of Slurm's commands; what it prints. */
  run(program: string, ...words: string[]): string;
  /** The processes that tasks have begun with, by task: 4711_3. */
  taskProcesses(): ReadonlyMap<string, number>;
  /** Kills a node at once, with all that runs on it: its slurmd, the step daemons, the processes of its jobs. */
  loseNode(name: string): void;
  stop(): Promise<void>;
}

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];

/** What of Slurm is missing here; empty where all is there. */
export function missingPrograms(): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
}

/** Nodes are called n1, n2, …; each has room for two tasks of one core. Bounded: 30 s. */
export async function startCluster(nodes: number): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-slurm-'));
  chmodSync(folder, 0o755);
  for (const name of ['munge', 'socket', 'state', 'log', 'run', 'spool'])
    mkdirSync(join(folder, name), { mode: 0o755 });
  const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  const conf = join(folder, 'slurm.conf');
  const { PATH = '' } = process.env;
  const environment = {
    ...process.env,
    SLURM_CONF: conf,
    PATH: `${PATH}${delimiter}/usr/sbin${delimiter}/sbin`,
  };
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, {
      env: environment,
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const cluster: SlurmCluster = {
    environment,
    run,
    taskProcesses: () =>
      new Map(
        processesOf(conf)
          .filter((pid) => stepDaemonOf(pid) > 0)
          .map((pid) => [taskOf(pid), pid]),
      ),
    loseNode: (name) => {
      const jobs = processesOf(conf, `SLURMD_NODENAME=${name}`);
      // First those that would start or end processes: slurmd, and the daemons of its steps.
      for (const pid of [readPid(folder, `slurmd-${name}`), ...jobs.map(stepDaemonOf), ...jobs]) kill(pid);
    },
    stop: async () => {
      await stopDaemons(folder, conf);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    startMunge(folder, environment);
    writeFileSync(conf, configuration(folder, names, await freePorts(nodes + 1)));
    startDaemon(environment, 'slurmctld');
    for (const name of names) startDaemon(environment, 'slurmd', '-N', name, '-c');
    await untilIdle(run, nodes);
    return cluster;
  } catch (error) {
    const logs = readdirSync(join(folder, 'log')).map((name) =>
      readFileSync(join(folder, 'log', name), 'utf8').slice(-1500),
    );
    await cluster.stop();
    throw new Error(`Slurm does not start here: ${logs.join('\n')}`, { cause: error });
  }
}

/** Daemons leave their first process at once, but would keep a pipe to it open. */
function startDaemon(env: NodeJS.ProcessEnv, program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { env, stdio: 'ignore', timeout: 20_000 });
}

function startMunge(folder: string, env: NodeJS.ProcessEnv): void {
  writeFileSync(join(folder, 'munge/key'), randomBytes(128), { mode: 0o400 });
  chmodSync(join(folder, 'munge'), 0o700);
  const files = {
    'key-file': 'munge/key',
    'seed-file': 'munge/seed',
    'log-file': 'log/munged.log',
    'pid-file': 'run/munged.pid',
    socket: 'socket/munge',
  };
  const words = Object.entries(files).map(([option, file]) => `--${option}=${join(folder, file)}`);
  startDaemon(env, 'munged', '--force', '--num-threads=2', ...words);
}

/** SlurmdTimeout and cred_expire are as short as they may be: lost nodes are noticed, and tasks started again, in seconds. */
function configuration(folder: string, names: readonly string[], ports: readonly number[]): string {
  const host = hostname().split('.')[0] ?? 'localhost';
  const user = userInfo().username;
  const settings: Readonly<Record<string, string | number>> = {
    ClusterName: 'test',
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmctldPort: ports[0] ?? 0,
    SlurmUser: user,
    SlurmdUser: user,
    AuthType: 'auth/munge',
    AuthInfo: `socket=${folder}/socket/munge,cred_expire=5`,
    StateSaveLocation: `${folder}/state`,
    SlurmdSpoolDir: `${folder}/spool/%n`,
    SlurmctldPidFile: `${folder}/run/slurmctld.pid`,
    SlurmdPidFile: `${folder}/run/slurmd-%n.pid`,
    SlurmctldLogFile: `${folder}/log/slurmctld.log`,
    SlurmdLogFile: `${folder}/log/slurmd-%n.log`,
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    JobAcctGatherType: 'jobacct_gather/none',
    AccountingStorageType: 'accounting_storage/none',
    SchedulerParameters: 'batch_sched_delay=0,sched_min_interval=0,sched_interval=2,bf_interval=2',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU',
    // A node's size need not be this machine's.
    SlurmdParameters: 'config_overrides',
    MpiDefault: 'none',
    SwitchType: 'switch/none',
    MailProg: '/bin/true',
    ReturnToService: 2,
    SlurmctldTimeout: 30,
    SlurmdTimeout: 10,
    KillWait: 5,
    JobRequeue: 1,
  };
  const nodes = names.map(
    (name, i) =>
      `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i + 1]} CPUs=2 State=UNKNOWN`,
  );
  return [
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    ...nodes,
    `PartitionName=main Nodes=${names.join(',')} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

/** Held open together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function untilIdle(run: SlurmCluster['run'], nodes: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const idle = readIdle(run);
    if (idle >= nodes) return;
    if (Date.now() > deadline) throw new Error(`${idle} of ${nodes} nodes are ready after 30 s`);
    await sleep(200);
  }
}

/** 0 while the controller does not answer yet. */
function readIdle(run: SlurmCluster['run']): number {
  try {
    return run('sinfo', '-h', '-N', '-o', '%t')
      .split('\n')
      .filter((state) => state === 'idle').length;
  } catch {
    return 0;
  }
}

/** TERM first, KILL after three seconds; then what jobs have left. */
async function stopDaemons(folder: string, conf: string): Promise<void> {
  const pids = readdirSync(join(folder, 'run')).map((file) => readPid(folder, file.replace(/\.pid$/, '')));
  const running = pids.filter((pid) => isRunning(pid));
  for (const pid of running) kill(pid, 'SIGTERM');
  for (let i = 0; i < 30 && running.some(isRunning); i++) await sleep(100);
  for (const pid of [...running, ...processesOf(conf)]) kill(pid);
}

function readPid(folder: string, name: string): number {
  const file = join(folder, 'run', `${name}.pid`);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

/** Processes whose environment names our cluster, and this word: daemons of steps and what they have started, never others. */
function processesOf(conf: string, word?: string): number[] {
  const wanted = [`SLURM_CONF=${conf}`, ...(word === undefined ? ['SLURM_JOB_ID='] : [word])];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && isOurs(pid, wanted));
}

/** The step daemon that has started a process; 0 for one that something else has started. */
function stepDaemonOf(pid: number): number {
  try {
    const parent = Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return readFileSync(`/proc/${parent}/comm`, 'utf8').startsWith('slurmstepd') ? parent : 0;
  } catch {
    return 0;
  }
}

function taskOf(pid: number): string {
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
  const value = (name: string) => new RegExp(`(?:^|\\0)${name}=([^\\0]*)`).exec(environment)?.[1] ?? '';
  return `${value('SLURM_ARRAY_JOB_ID')}_${value('SLURM_ARRAY_TASK_ID')}`;
}

function isOurs(pid: number, wanted: readonly string[]): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return wanted.every((word) =>
      variables.some((each) => (word.endsWith('=') ? each.startsWith(word) : each === word)),
    );
  } catch {
    // Another user's, or gone.
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    // Who has died may wait long for somebody to notice.
    return pid > 0 && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (isRunning(pid)) process.kill(pid, signal);
}

/** Starts a program in the cluster's environment, its output to be read. */
export function spawnIn(
  { environment }: SlurmCluster,
  program: string,
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
) {
  return spawn(program, words, { env: { ...environment, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
}
