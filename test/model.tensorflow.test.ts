/** Our models as SavedModels in Python's TensorFlow, with oneDNN's kernels and without: without is the default on many machines. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeServingModel } from '@netspace/model/saved-model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCases, differenceOf, drawImages, trainedLogits, type ModelCase } from './model-cases.ts';
import { pythonFor, docsSnippet, readNpy, runPython, writeNpy } from './python.ts';

const python = pythonFor('models in TensorFlow', 'NETSPACE_TENSORFLOW_PYTHON');
const images = 3;

/** Single precision over some fifty layers, batch norms folded on one side only. */
const tolerance = 1e-5;

/** By the name of the case; both settings are compared with the same logits. */
const known = new Map<string, Float32Array>();
function logitsOf({ name, model }: ModelCase): Float32Array {
  const logits = known.get(name) ?? trainedLogits(model, drawImages(model, images), images);
  known.set(name, logits);
  return logits;
}

describe.skipIf(python === undefined).each(['1', '0'])("TensorFlow with oneDNN's kernels %s", (oneDnn) => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-tensorflow-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    for (const { name, model } of allCases) {
      mkdirSync(join(folder, name, 'saved-model'), { recursive: true });
      for (const file of encodeServingModel(model))
        writeFileSync(join(folder, name, 'saved-model', file.name), file.bytes);
      const { resolution, channels } = model.input;
      const shape = [images, resolution, resolution, channels];
      writeNpy(join(folder, name, 'images.npy'), drawImages(model, images), shape);
    }
    runPython(python ?? '', script, folder, { TF_ENABLE_ONEDNN_OPTS: oneDnn });
  }, 180_000);

  it.each(allCases)('yields the logits of training by the docs, for $why', (modelCase) => {
    const theirs = readNpy(join(folder, modelCase.name, 'logits.npy'));
    expect(theirs).toHaveLength(images * modelCase.model.input.classes);
    expect(differenceOf(theirs, logitsOf(modelCase))).toBeLessThan(tolerance);
  });

  it.each(allCases)('yields the probabilities that belong to the logits, for $why', ({ name, model }) => {
    const { classes } = model.input;
    const logits = readNpy(join(folder, name, 'logits.npy'));
    const probabilities = readNpy(join(folder, name, 'probabilities.npy'));
    for (let image = 0; image < images; image++) {
      const row = [...logits.subarray(image * classes, (image + 1) * classes)];
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      row.forEach((logit, i) =>
        expect(probabilities[image * classes + i]).toBeCloseTo(Math.exp(logit) / sum, 5),
      );
    }
  });
});

/** Runs the docs' snippet in each case's folder, for a batch and for one image. */
const script = `
import os, numpy

folder = os.getcwd()
snippet = ${JSON.stringify(docsSnippet('saved_model.load'))}
for case in ${JSON.stringify(allCases.map(({ name }) => name))}:
    os.chdir(os.path.join(folder, case))
    names = {}
    exec(snippet, names)
    for name in ('logits', 'probabilities'):
        numpy.save(name + '.npy', names[name].numpy())
    one = names['model'](images=names['images'][:1])['logits'].numpy()
    numpy.testing.assert_allclose(one, names['logits'].numpy()[:1], rtol=1e-4, atol=1e-4)
`;
