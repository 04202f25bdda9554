import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = 'fashion-mnist-12k';
const network = join(folder, 'net.json');
const model = join(folder, 'new', 'folder', 'model.safetensors');
const stages = [8, 16, 24, 32].map((width) => ({ depth: 1, width, groupWidth: 8 }));
writeFileSync(network, JSON.stringify({ stem: { width: 8 }, stages }));

const training = ['train', network, '--data', data, '--epochs', '1', '--seed', '3', '--json'];

describe('a trained model', () => {
  let epoch: unknown;
  beforeAll(() => {
    [epoch] = netspaceJson([...training, '--save', model]);
  }, 120_000);

  it('is saved by its training, and has the error that the training reported', () => {
    const { validationError, validationLoss } = epoch as Record<string, number>;
    const words = ['model', 'evaluate', model, '--data', data, '--seed', '3', '--json'];
    const [found] = netspaceJson(words) as Record<string, number>[];
    expect(found).toMatchObject({ data, part: 'validation', images: 2000, error: validationError });
    // The batch norms are folded here, and not there.
    expect(found?.['loss']).toBeCloseTo(validationLoss ?? NaN, 5);
  });

  it('is measured on test images too, and not by chance alone', () => {
    const [found] = netspaceJson(['model', 'evaluate', model, '--data', data, '--test', '--json']);
    expect(found).toMatchObject({ part: 'test', images: 2000 });
    expect((found as { error: number }).error).toBeLessThan(0.6);
  });

  it('tells what it is, and what timm needs to load it', () => {
    const [info] = netspaceJson(['model', 'info', model, '--json']);
    expect(info).toMatchObject({
      resolution: 28,
      channels: 1,
      data: { name: data },
      timm: { loads: true, regNetCfg: { depth: 4, w0: 8 }, regNet: { in_chans: 1, num_classes: 10 } },
    });
    expect((info as { classes: string[] }).classes[9]).toBe('Ankle boot');
    expect(netspace(['model', 'info', model]).stdout).toMatch(/^timm +timm loads it/m);
  });

  it('is exported in every form, whole', () => {
    const exportAs = (format: string) =>
      netspaceJson(['model', 'export', model, '--format', format, '-o', join(folder, format), '--json'])[0];
    for (const format of ['saved-model', 'tfjs', 'safetensors']) {
      const { files } = exportAs(format) as { files: { file: string; bytes: number }[] };
      for (const { file, bytes } of files) expect(readFileSync(file).length).toBe(bytes);
    }
    expect(readFileSync(join(folder, 'safetensors'))).toEqual(readFileSync(model));
    expect(existsSync(join(folder, 'tfjs', 'model.json'))).toBe(true);
    expect(existsSync(join(folder, 'saved-model', 'saved_model.pb'))).toBe(true);
  });

  it('is imported from its bare tensors, and is as good', () => {
    const imported = join(folder, 'imported.safetensors');
    const words = ['model', 'import', model, '--network', network, '--data', data, '-o', imported];
    expect(netspace(words).code).toBe(0);
    const evaluate = (file: string) =>
      netspaceJson(['model', 'evaluate', file, '--data', data, '--seed', '3', '--json']);
    expect(evaluate(imported)).toEqual(evaluate(model));
  });

  it('begins another training, which goes on where it was', () => {
    const [record] = netspaceJson([...training, '--from', model]);
    const { trainLoss = NaN, validationError = NaN } = record as Record<string, number>;
    const before = epoch as Record<string, number>;
    expect(trainLoss).toBeLessThan(before['trainLoss'] ?? NaN);
    expect(validationError).toBeLessThan(before['validationError'] ?? NaN);
  });

  it.each<[string, string[], number, string]>([
    ['a file that is not there', ['model', 'info', 'nowhere.safetensors'], 2, 'no such file'],
    ['a file that is no model', ['model', 'info', network], 1, 'not a safetensors file'],
    ['a form there is not', ['model', 'export', model, '--format', 'onnx', '-o', 'x'], 2, 'saved-model'],
    ['an import without a network', ['model', 'import', model, '-o', 'x'], 2, '--network'],
    [
      'grey images without a data set',
      ['model', 'import', model, '--network', network, '-o', 'x'],
      2,
      '--data',
    ],
    [
      'tensors of another network',
      ['model', 'import', model, '--network', 'RegNetX-200MF', '--data', data, '-o', 'x'],
      1,
      'stem.conv.weight is of [8, 1, 3, 3], but the network has [32, 1, 3, 3]',
    ],
    [
      'a training of another network',
      ['train', 'RegNetX-200MF', '--data', data, '--from', model],
      1,
      'of another network',
    ],
  ])('refuses %s', (_, words, code, message) => {
    const result = netspace(words, { cwd: folder });
    expect(result.code, result.stderr).toBe(code);
    expect(result.stderr).toContain(message);
  });
});
