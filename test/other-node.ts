/** Other releases of Node, by npm's package of that name, each with the one package that must be compiled for it; kept in the user's cache. */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export interface OtherNode {
  readonly program: string;
  /** Its folder, for PATH. */
  readonly folder: string;
  /** Puts better-sqlite3 as this Node loads it in the place of a project's, which is compiled once. */
  readonly equip: (project: string) => Promise<void>;
}

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit code and words of a program that the event loop does not wait for. */
export function run(
  command: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd, env });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

/** Without a network there may be none, which CI does not take. */
export async function findOtherNode(version: string): Promise<OtherNode | undefined> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? tmpdir(), '.cache');
  const place = join(cache, 'netspace', `node-${version}`);
  const prefix = join(
    place,
    'node_modules',
    'node',
    'node_modules',
    `node-${process.platform}-${process.arch}`,
  );
  const program = join(prefix, 'bin', 'node');
  if (!existsSync(program)) {
    mkdirSync(place, { recursive: true });
    const words = ['install', '--prefix', place, '--no-audit', '--no-fund', `node@${version}`];
    const { code, stderr } = await run('npm', words, place);
    if (code !== 0 || !existsSync(program)) {
      if (process.env['CI'] === undefined) return undefined;
      throw new Error(`npm install node@${version} ended with ${code}: ${stderr}`);
    }
  }
  return {
    program,
    folder: dirname(program),
    equip: async (project) => {
      const sqlite = join(project, 'node_modules', 'better-sqlite3');
      const binding = await compileSqlite(sqlite, place, prefix);
      // Looked for before what is compiled for release.
      const debug = join(sqlite, 'build', 'Debug');
      mkdirSync(debug, { recursive: true });
      copyFileSync(binding, join(debug, 'better_sqlite3.node'));
    },
  };
}

/** Without optimisation, which takes half the time. */
async function compileSqlite(source: string, place: string, prefix: string): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const binding = join(place, `better_sqlite3-${version}.node`);
  if (existsSync(binding)) return binding;
  const work = mkdtempSync(join(tmpdir(), 'netspace-sqlite-'));
  try {
    cpSync(source, work, { recursive: true, dereference: true, filter: (path) => !/[\\/]build$/.test(path) });
    const env = {
      ...process.env,
      PATH: [join(prefix, 'bin'), process.env['PATH']].join(delimiter),
      npm_config_nodedir: prefix,
    };
    const { code, stderr } = await run('npm', ['run', 'build-debug'], work, env);
    if (code !== 0) throw new Error(`better-sqlite3 does not compile for ${prefix}: ${stderr}`);
    // Its name says that all of it is there.
    copyFileSync(join(work, 'build', 'Debug', 'better_sqlite3.node'), `${binding}.part`);
    renameSync(`${binding}.part`, binding);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binding;
}
