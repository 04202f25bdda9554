/** The set-up where it cannot go on, tried for real in bare clones: each ends in one sentence that helps, and never in a stack. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bindingFile, libraryFolder } from '../packages/tensorflow/cache.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canBecome,
  canIsolate,
  knownCaches,
  makeBareClone,
  openBrokenServer,
  pathWithout,
  setUp,
  type BrokenServer,
  type Surroundings,
} from './bare-clone.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netspace-setup-failures-')));
const clone = join(folder, 'clone');
const isolates = canIsolate();
/** Of nobody. */
const stranger = 12345;
if (!isolates) {
  if (process.env['CI'] === 'true') throw new Error('the set-up without room or network must be tried in CI');
  console.warn('skipped: the set-up without room or network; nothing can be mounted here');
}

let server: BrokenServer;
beforeAll(async () => {
  makeBareClone(clone);
  // Whoever runs the set-up may have to read it.
  chmodSync(folder, 0o755);
  server = await openBrokenServer();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

let homes = 0;

/** A home of its own, no settings but these, and programs of the system. */
function machine(settings: Readonly<Record<string, string>> = {}): { HOME: string } & Record<string, string> {
  const HOME = join(folder, `home ${(homes += 1)}`);
  mkdirSync(HOME);
  const PATH = '/usr/local/bin:/usr/bin:/bin';
  return { HOME, PATH, PIP_RETRIES: '0', npm_config_fetch_retries: '0', ...settings };
}

async function expectSentence(surroundings: Surroundings, sentence: RegExp, place = clone): Promise<void> {
  rmSync(join(place, 'node_modules'), { recursive: true, force: true });
  const { code, sentences, said } = await setUp(place, surroundings);
  expect(sentences, said).toEqual([expect.stringMatching(sentence)]);
  expect(code).toBe(1);
}

describe('without', () => {
  it.each([
    {
      missing: 'g++',
      sentence: /^A C\+\+ compiler is missing: install it \(.*apt install g\+\+;.*without root: conda/,
    },
    {
      missing: 'python3',
      sentence: /^Python 3\.8 or newer is missing: install it \(.*apt install python3 python3-pip/,
    },
    { missing: 'make', sentence: /^Make is missing: install it \(.*apt install make/ },
  ])('$missing the set-up names the command that installs it', async ({ missing, sentence }) => {
    const PATH = pathWithout(join(folder, `without ${missing}`), missing);
    await expectSentence(
      { env: machine({ PATH, npm_config_registry: `${server.address}/silent/` }) },
      sentence,
    );
  });

  it.skipIf(!isolates)('a network it says so, and what to look at', async () => {
    const sentence =
      /cannot be reached: check the network|could not reach its package index.*check the network/;
    await expectSentence({ env: machine(), offline: true }, sentence);
  });

  it.skipIf(!isolates)(
    'room for the library it says how much there is, how much it takes, and who says where',
    async () => {
      const env = machine({ npm_config_registry: `${server.address}/silent/` });
      await expectSentence(
        { env, mounts: 'mount -t tmpfs -o size=50m none "$HOME"' },
        /^0\.1 GB are free at .*, but 1\.5 GB are needed: free some space, or put the cache elsewhere with XDG_CACHE_HOME\.$/,
      );
    },
  );

  it.skipIf(!isolates)('room for the packages it says so before it downloads any', async () => {
    const small = join(folder, 'small disk');
    mkdirSync(small);
    const mounts = `mount -t tmpfs -o size=100m none '${small}' && cp -r . '${small}' && cd '${small}'`;
    const env = machine({ PIP_INDEX_URL: `${server.address}/silent/` });
    await expectSentence(
      { env, mounts },
      /^0\.1 GB are free at .*small disk.*0\.7 GB are needed: free some space\.$/,
    );
  });

  it.skipIf(!isolates)('room any more, in the middle of its work, it says whose disk is full', async () => {
    const XDG_CACHE_HOME = join(folder, 'full disk');
    mkdirSync(XDG_CACHE_HOME);
    await expectSentence(
      {
        env: machine({ XDG_CACHE_HOME, npm_config_registry: `${server.address}/silent/` }),
        // A folder, its lock and one more: the next file does not fit.
        mounts: 'mount -t tmpfs -o size=3g,nr_inodes=4 none "$XDG_CACHE_HOME"',
      },
      /^The disk that holds .*full disk.netspace is full: free some space, or put the cache elsewhere with XDG_CACHE_HOME\.$/,
    );
  });
});

describe('half a download', () => {
  it('of packages is one of a network that is to be checked', async () => {
    const env = machine({
      npm_config_registry: `${server.address}/half/`,
      PIP_INDEX_URL: `${server.address}/silent/`,
    });
    await expectSentence(
      { env },
      /^The package registry cannot be reached: check the network .*, then run this again\.$/,
    );
  });

  it('of the library is not taken for it', async () => {
    const env = machine({
      npm_config_registry: `${server.address}/silent/`,
      PIP_INDEX_URL: `${server.address}/half/simple/`,
    });
    await expectSentence(
      { env },
      /^Only a part of tensorflow-cpu \S+ came: check the network .*, then run this again\.$/,
    );
  });
});

describe('a home', () => {
  const readOnly = 'mount -t tmpfs -o ro none "$HOME"';

  it.skipIf(!isolates)('that is read-only cannot hold the cache, which may lie elsewhere', async () => {
    const env = machine({ npm_config_registry: `${server.address}/silent/` });
    await expectSentence(
      { env, mounts: readOnly },
      /^\/.*\/\.cache\/netspace cannot be written: change its permissions, or put the cache elsewhere with XDG_CACHE_HOME\.$/,
    );
  });

  it.skipIf(!isolates)('that is read-only cannot hold what npm downloads either', async () => {
    const env = machine({
      PIP_INDEX_URL: `${server.address}/silent/`,
      XDG_CACHE_HOME: join(folder, 'cache elsewhere'),
    });
    const answered = { ...env, npm_config_registry: `${server.address}/bare/` };
    await expectSentence(
      { env: answered, mounts: readOnly },
      /^\/.*\.npm cannot be written: .*set HOME to a folder of your own/,
    );
  });

  it.skipIf(!canBecome(stranger))('of somebody else is none of a user without root', async () => {
    const own = join(folder, 'own clone');
    cpSync(clone, own, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
    chownSync(own, stranger, stranger);
    await expectSentence(
      { env: machine({ npm_config_registry: `${server.address}/silent/` }), user: stranger },
      /^\/.* cannot be written/,
      own,
    );
  });
});

describe('a clone', () => {
  it.skipIf(!isolates)('that is read-only should be another one', async () => {
    const mounts = `mount --bind . . && mount -o remount,bind,ro . && cd '${clone}'`;
    await expectSentence(
      { env: machine(), mounts },
      /^\/.*clone\/ cannot be written .*: clone it to a folder of your own\.$/,
    );
  });
});

describe('a system', () => {
  it.each([
    {
      platform: 'win32',
      arch: 'x64',
      sentence: /^TensorFlow \S+ is not offered for win32-x64: .*on Windows, inside WSL\)\.$/,
    },
    {
      platform: 'darwin',
      arch: 'x64',
      sentence: /^TensorFlow \S+ is not offered for darwin-x64: use one of linux-x64/,
    },
  ])(
    'that TensorFlow is not offered for is told so at once: $platform-$arch',
    async ({ platform, arch, sentence }) => {
      const PATH = pathWithout(join(folder, `bare ${platform}`), 'python3', 'g++', 'make', 'npx');
      await expectSentence({ env: machine({ PATH }), options: pretend(platform, arch) }, sentence);
    },
  );

  it('that nobody has tried says so, and goes on: darwin-arm64', async () => {
    const PATH = pathWithout(join(folder, 'untried'), 'python3');
    const env = machine({ PATH, npm_config_registry: `${server.address}/silent/` });
    const { said } = await setUp(clone, { env, options: pretend('darwin', 'arm64') });
    expect(said).toMatch(/^netspace is tested on Linux on x64 alone/m);
    expect(said).toMatch(/^Python 3\.8 or newer is missing: run: brew install python$/m);
  });

  /** Node's options that let it take itself for another system. */
  function pretend(platform: string, arch: string): string[] {
    const preload = join(folder, `as-${platform}.mjs`);
    const lines = Object.entries({ platform, arch }).map(
      ([key, value]) => `Object.defineProperty(process, '${key}', { value: '${value}' });`,
    );
    writeFileSync(preload, lines.join('\n'));
    return ['--import', preload];
  }
});

const tinyPlan = `name: tiny
seed: 1
spaces:
  - space: { extends: anynet-a, name: tiny, stages: 1, stem: { kind: simple, width: 8 } }
    networks: 1
    window: { flops: ":1M" }
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 500 }
recipe: { epochs: 1, batchSize: 64 }
`;

describe('the second clone, in a folder with spaces and umlauts', () => {
  const second = join(folder, 'Mein Ordner für Übungen');
  const env = knownCaches();

  it.skipIf(!isolates)(
    'is set up from what the first left on this machine, without a network',
    async () => {
      makeBareClone(second);
      const { code, said } = await setUp(second, { env, offline: true });
      expect(code, said).toBe(0);
      expect(said).toContain('Everything is in place.');
    },
    400_000,
  );

  const becomes = isolates && canBecome(stranger);
  if (!becomes) console.warn('skipped: a user without root; nobody else can be become here');
  it.skipIf(!becomes)(
    'works for a user without root, who trains and reports in it',
    async () => {
      makeBareClone(second);
      // Files with another name belong to pnpm's store.
      const own = ['(', '-type', 'd', '-o', '-links', '1', ')'];
      spawnSync('find', [second, ...own, '-exec', 'chown', '-h', `${stranger}:${stranger}`, '{}', '+']);
      const { HOME, PATH = '' } = machine();
      chownSync(HOME, stranger, stranger);
      const cache = dirname(libraryFolder());
      const mounts = `mkdir -p "$HOME/.cache/netspace" && chown ${stranger}:${stranger} "$HOME/.cache" && mount --bind '${cache}' "$HOME/.cache/netspace"`;
      const user = { env: { ...env, HOME, PATH }, mounts, user: stranger, offline: true };
      const ready = await setUp(second, user);
      expect(ready.code, ready.said).toBe(0);
      writeFileSync(join(second, 'tiny.yaml'), tinyPlan);
      const script = 'packages/cli/bin/netspace.mjs';
      const trained = await setUp(second, { ...user, script, words: ['run', 'tiny.yaml', '--workers', '1'] });
      expect(trained.code, trained.said).toBe(0);
      const reported = await setUp(second, { ...user, script, words: ['report', 'tiny', '-o', 'tiny.html'] });
      expect(reported.code, reported.said).toBe(0);
      expect(statSync(join(second, 'tiny.html')).uid).toBe(stranger);
    },
    400_000,
  );

  it.skipIf(!isolates)(
    'says which folder to remove when the library in the cache is none',
    async () => {
      const cache = join(folder, 'cache of another kind');
      const library = libraryFolder({ XDG_CACHE_HOME: cache });
      mkdirSync(join(library, 'lib', 'napi-v8'), { recursive: true });
      mkdirSync(join(library, 'deps', 'lib'), { recursive: true });
      writeFileSync(join(library, bindingFile), 'of another system');
      const files = { [bindingFile]: 'of another system'.length };
      writeFileSync(
        join(library, 'manifest.json'),
        JSON.stringify({ version: '2.20.0', node: 'v18.0.0', files }),
      );
      const { code, sentences } = await setUp(second, {
        env: { ...env, XDG_CACHE_HOME: cache },
        offline: true,
      });
      expect(sentences).toEqual([
        expect.stringMatching(
          /^TensorFlow \S+ does not load from .*: remove .*cache of another kind\/netspace and run: node setup\.mjs in a clone/,
        ),
      ]);
      expect(code).toBe(1);
    },
    120_000,
  );
});
