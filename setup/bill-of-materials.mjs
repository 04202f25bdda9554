/** The bill of materials of a release, in SPDX: all that npm would install with its packages, with versions, sources and licences. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

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
    const bill = JSON.parse(
      await npm(['sbom', '--package-lock-only', '--sbom-format', 'spdx', ...quiet], project),
    );
    writeFileSync(file, `${JSON.stringify(repeatable(bill, tarballs), null, 2)}\n`);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/**
 * A bill as npm writes it, with what is another each time made of the release instead: its name and date, and where our own tarballs lie. The date
 * is that of SOURCE_DATE_EPOCH or of the last commit.
 * @param {{ documentNamespace: string, creationInfo: { created: string }, packages: { downloadLocation: string }[] }} bill
 * @param {readonly string[]} tarballs
 */
export function repeatable(bill, tarballs) {
  const own = new Map(tarballs.map((path) => [`file:${path}`, `file:${basename(path)}`]));
  const hash = createHash('sha256');
  for (const path of tarballs) hash.update(readFileSync(path));
  const seconds =
    process.env['SOURCE_DATE_EPOCH'] ??
    spawnSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }).stdout?.trim();
  const created = seconds ? new Date(1000 * Number(seconds)).toISOString() : bill.creationInfo.created;
  return {
    ...bill,
    documentNamespace: bill.documentNamespace.replace(
      /-[0-9a-f-]{36}$/,
      `-${hash.digest('hex').slice(0, 16)}`,
    ),
    creationInfo: { ...bill.creationInfo, created },
    packages: bill.packages.map((each) => ({
      ...each,
      downloadLocation: own.get(each.downloadLocation) ?? each.downloadLocation,
    })),
  };
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
