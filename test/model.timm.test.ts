/** Our models in timm and timm's in ours: the same tensors, the same logits. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, importedInput, importTensors } from '@netspace/model/model-file';
import { readSafetensors } from '@netspace/model/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomModel } from '../packages/model/test/random-model.ts';
import { differenceOf, drawImages, regNetX, regNetY, timmCases, trainedLogits } from './model-cases.ts';
import { pythonFor, docsSnippet, readNpy, runPython, writeNpy } from './python.ts';

const python = pythonFor('models in timm', 'NETSPACE_TIMM_PYTHON');
const images = 3;
/** timm's own models, at a resolution small enough for a test. */
const published = [
  { name: 'regnetx_002', network: regNetX },
  { name: 'regnety_002', network: regNetY },
] as const;
const resolution = 48;

/** Single precision over some fifty layers. */
const tolerance = 1e-5;

describe.skipIf(python === undefined)('timm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-timm-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    for (const { name, model } of timmCases) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'model.safetensors'), encodeModel(model));
      const { resolution: side, channels } = model.input;
      writeNpy(join(folder, name, 'images.npy'), drawImages(model, images), [images, side, side, channels]);
    }
    for (const { name, network } of published) {
      const model = randomModel(network, { resolution, channels: 3, classes: 1000 });
      writeFileSync(join(folder, `${name}.ours.safetensors`), encodeModel(model));
    }
    runPython(python ?? '', script, folder);
  }, 180_000);

  it.each(timmCases)('yields the logits of our file by the docs, for $why', ({ name, model }) => {
    const theirs = readNpy(join(folder, name, 'logits.npy'));
    const ours = trainedLogits(model, drawImages(model, images), images);
    expect(theirs).toHaveLength(images * model.input.classes);
    expect(differenceOf(theirs, ours)).toBeLessThan(tolerance);
  });

  it.each(published)('takes our $name strictly into its own, with the same logits', ({ name, network }) => {
    const model = randomModel(network, { resolution, channels: 3, classes: 1000 });
    const pixels = readNpy(join(folder, `${name}.images.npy`));
    const ours = trainedLogits({ ...model, mean: [0, 0, 0], deviation: [1, 1, 1] }, pixels, 2);
    expect(differenceOf(readNpy(join(folder, `${name}.ours.npy`)), ours)).toBeLessThan(tolerance);
  });

  it.each(published)('gives us its $name, with the same logits', ({ name, network }) => {
    const file = readSafetensors(readFileSync(join(folder, `${name}.theirs.safetensors`)), name);
    const input = importedInput(file, name, resolution);
    expect(input).toEqual({ resolution, channels: 3, classes: 1000 });
    const about = { network, input, classes: [], mean: [0, 0, 0], deviation: [1, 1, 1] };
    const model = importTensors(file.tensors, name, about);
    const ours = trainedLogits(model, readNpy(join(folder, `${name}.images.npy`)), 2);
    expect(differenceOf(readNpy(join(folder, `${name}.theirs.npy`)), ours)).toBeLessThan(tolerance);
  });
});

/** Runs the docs' snippet in each case's folder, then exchanges models of timm's own making both ways. */
const script = `
import os, numpy, torch, timm
from safetensors.torch import load_file, save_file

folder = os.getcwd()
snippet = ${JSON.stringify(docsSnippet('RegNetCfg'))}
for case in ${JSON.stringify(timmCases.map(({ name }) => name))}:
    os.chdir(os.path.join(folder, case))
    names = {}
    exec(snippet, names)
    numpy.save('logits.npy', names['logits'].detach().numpy())

os.chdir(folder)
torch.manual_seed(1)
for name in ${JSON.stringify(published.map(({ name }) => name))}:
    model = timm.create_model(name).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.weight, 1, .2)
            torch.nn.init.normal_(module.bias, 0, .2)
            module.running_mean.normal_(0, .2)
            module.running_var.uniform_(.5, 1.5)
    images = torch.randn(2, ${resolution}, ${resolution}, 3)
    numpy.save(name + '.images.npy', images.numpy())
    with torch.no_grad():
        numpy.save(name + '.theirs.npy', model(images.permute(0, 3, 1, 2)).numpy())
        save_file(model.state_dict(), name + '.theirs.safetensors')
        model.load_state_dict(load_file(name + '.ours.safetensors'), strict=True)
        numpy.save(name + '.ours.npy', model(images.permute(0, 3, 1, 2)).numpy())
`;
