/** The bill of materials of a release, in SPDX: all that npm would install with its packages, with versions, sources and licences. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Asks npm, without installing anything. @param {readonly string[]} tarballs @param {string} file @param {readonly string[]} [settings] more options of npm */
export async function writeBill(tarballs, file, settings = []) {
  const project = mkdtempSync(join(tmpdir(), 'netspace-bill-'));
  try {
    writeFileSync(
      join(project, 'package.json'),
      '{ "name": "netspace-release", "version": "0.1.0", "private": true }\n',
    );
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', ...settings];
    await npm(['install', '--package-lock-only', ...quiet, ...tarballs], project);
    writeFileSync(
      file,
      await npm(['sbom', '--package-lock-only', '--sbom-format', 'spdx', ...quiet], project),
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** @param {readonly string[]} words @param {string} cwd @returns {Promise<string>} what it said */
function npm(words, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', words, { cwd });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (said.stderr += text));
    child.on('close', (code) => {
      if (code === 0) resolve(said.stdout);
      else reject(new Error(`npm ${words[0]} ended with ${code}: ${said.stderr}`));
    });
  });
}
