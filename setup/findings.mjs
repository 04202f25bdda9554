/** Runs the study of the papers' findings, whose code is compiled with the packages. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

function wait() {}

/**
 * Ctrl-C reaches the study directly, and it drains: so we wait.
 * @param {string} root @param {readonly string[]} parameters @returns {Promise<number>} exit code
 */
export function testFindings(root, parameters) {
  const program = join(root, 'experiments', 'dist', 'findings', 'main.js');
  process.on('SIGINT', wait);
  return new Promise((resolve) => {
    spawn(process.execPath, [program, ...parameters], { cwd: root, stdio: 'inherit' }).on('close', (code) => {
      process.off('SIGINT', wait);
      resolve(code ?? 130);
    });
  });
}
