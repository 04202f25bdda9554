/**
 * Installs a made-up library, and ends itself by SIGKILL where it is told to: a program of its own for library.test.ts.
 *
 * Its arguments: folder of the wheel and of the sources, SHA-256 of the wheel, and the report at which to die (or nothing).
 */
import { appendFileSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { installLibrary } from '../library.mjs';

const [folder = '', sha256 = '', last = ''] = process.argv.slice(2);
const report = (/** @type {string} */ message) => {
  if (last !== '' && message.startsWith(last)) process.kill(process.pid, 'SIGKILL');
};

await installLibrary({
  source: async () => join(folder, 'sources'),
  report,
  wheel: {
    project: 'made-up',
    tag: 'any',
    sha256,
    bytes: 1,
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    links: { 'libtensorflow.so': 'libtensorflow_cc.so.2' },
  },
  fetch: async (_, target) => {
    appendFileSync(join(folder, 'fetched'), 'x');
    appendFileSync(join(target, 'half.whl'), 'PK');
    report('downloading');
    copyFileSync(join(folder, 'made-up.whl'), join(target, 'whole.whl'));
    return join(target, 'whole.whl');
  },
  load: (binding) => {
    if (!existsSync(binding)) throw new Error(`${binding} is missing`);
  },
});
