/** Clones as they are before any set-up, and the set-up run in them on machines that lack something. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** All files of the repository as they are now, but for reports, which no set-up reads. */
export function makeBareClone(folder: string): string {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z'];
  const { stdout } = spawnSync('git', words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  for (const name of stdout.split('\0').filter((each) => each !== '' && !each.startsWith('reports/'))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(root, name), join(folder, name));
  }
  return folder;
}

const programs = ['npm', 'npx', 'python3', 'make', 'g++', 'sh', 'env', 'uname', 'tar', 'sed', 'dirname'];

/** A folder for PATH that has what the set-up needs, but for some programs. */
export function pathWithout(folder: string, ...missing: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const name of programs.filter((each) => !missing.includes(each)))
    for (const place of ['/usr/local/bin', '/usr/bin', '/bin'].map((each) => join(each, name)))
      if (spawnSync('test', ['-x', place]).status === 0) {
        symlinkSync(place, join(folder, name));
        break;
      }
  return folder;
}

/** What holds for the set-up's process and those that it starts. */
export interface Surroundings {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Run before it by the shell, with mounts of its own: what is mounted is seen by it alone. */
  readonly mounts?: string;
  readonly offline?: boolean;
  /** The number of the user that runs it. */
  readonly user?: number;
  /** The program of Node, where it is not this one. */
  readonly node?: string;
  /** Of Node. */
  readonly options?: readonly string[];
  /** What is run in the clone; the set-up when left out. */
  readonly script?: string;
  /** Of the set-up. */
  readonly words?: readonly string[];
}

export interface Outcome {
  readonly code: number | null;
  /** Without what other programs said, and the name of the log. */
  readonly sentences: readonly string[];
  readonly said: string;
}

/** Runs the set-up of a clone. */
export function setUp(
  clone: string,
  {
    env,
    mounts,
    offline,
    user,
    node = process.execPath,
    options = [],
    script = 'setup.mjs',
    words = [],
  }: Surroundings,
): Promise<Outcome> {
  const command = [...(user === undefined ? [] : become(user)), node, ...options, script, ...words];
  const inner = ['sh', '-c', `${mounts ?? ':'} && exec "$@"`, 'sh', ...command];
  const outer = isolation(mounts !== undefined, offline === true);
  const [program = '', ...rest] = [...outer, ...inner];
  const child = spawn(program, rest, { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const lines = said.stderr
        .split('\n')
        .filter((line) => line !== '' && !/^ {4}(?!at )|^All that was said/.test(line));
      resolve({ code, sentences: lines, said: said.stdout + said.stderr });
    });
  });
}

function become(user: number): string[] {
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
}

/** Whether we may run this Node as somebody else. */
export function canBecome(user: number): boolean {
  const [program = '', ...words] = become(user);
  return spawnSync(program, [...words, process.execPath, '--version']).status === 0;
}

/** A world of its own for mounts or the network; who is not root becomes root there. */
function isolation(mount: boolean, net: boolean): string[] {
  if (!mount && !net) return [];
  const kinds = [...(mount ? ['--mount'] : []), ...(net ? ['--net'] : [])];
  return ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), ...kinds];
}

/** Whether this machine lets us have such worlds, which many containers do not. */
export function canIsolate(): boolean {
  const [program = '', ...words] = isolation(true, true);
  return spawnSync(program, [...words, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
}

export interface BrokenServer {
  readonly address: string;
  close(): void;
}

/** Package indexes: below `/half/` every file ends in its middle, below `/silent/` nothing is ever answered, below `/bare/` every answer is an empty object. */
export async function openBrokenServer(): Promise<BrokenServer> {
  const server = createServer(({ url = '/' }, response) => {
    const [, kind, simple] = /^\/(\w+)\/(simple\/[\w-]+\/$)?/.exec(url) ?? [];
    if (kind === 'silent') return;
    if (kind === 'bare') return void response.end('{}');
    const wheel = 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl';
    if (simple !== undefined)
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<a href="/half/${wheel}">${wheel}</a>`);
    response.writeHead(200, { 'content-length': 1_000_000 }).write(Buffer.alloc(500_000), () => {
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Where this machine keeps what a set-up downloads, for clones that are to find it there: settings of the environment. */
export function knownCaches(): Record<string, string> {
  const known = Object.entries(process.env).filter(
    ([key, value]) => /^(HOME|PATH|XDG_\w+|npm_config_\w+)$/i.test(key) && value !== undefined,
  );
  // Where pnpm keeps packages depends on the disk, and temporary files may lie on another one.
  const [, store = ''] =
    /"?storeDir"?: "?([^"\n]+)\/v\d+"?/.exec(
      readFileSync(new URL('../node_modules/.modules.yaml', import.meta.url), 'utf8'),
    ) ?? [];
  return { ...(Object.fromEntries(known) as Record<string, string>), npm_config_store_dir: store };
}
