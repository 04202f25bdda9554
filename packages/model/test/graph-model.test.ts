import { findModel } from '@netspace/network/zoo';
import { describe, expect, it } from 'vitest';
import { foldBatchNorms } from '../fold.ts';
import { encodeGraphModel } from '../graph-model.ts';
import { elementsOf } from '../model.ts';
import { randomModel, small } from './random-model.ts';

interface ModelJson {
  readonly format: string;
  readonly modelTopology: {
    node: { name: string; op: string; input: string[]; attr: Record<string, unknown> }[];
  };
  readonly weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string }[];
  }[];
  readonly userDefinedMetadata: { classes: string[] };
}

const large = randomModel(findModel('RegNetX-200MF').network, { resolution: 32, channels: 3, classes: 1000 });
const [description, ...shards] = encodeGraphModel(large);
const json = JSON.parse(new TextDecoder().decode(description?.bytes)) as ModelJson;
const [manifest] = json.weightsManifest;

describe('a graph model', () => {
  it('has shards of 4 MiB but the last, as its manifest lists them', () => {
    expect(manifest?.paths).toEqual(shards.map(({ name }) => name));
    expect(shards.length).toBeGreaterThan(2);
    for (const { bytes } of shards.slice(0, -1)) expect(bytes.length).toBe(4 * 1024 * 1024);
    expect(shards.at(-1)?.bytes.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('has in its shards just what its manifest describes: four bytes a number', () => {
    const numbers = manifest?.weights.reduce((sum, { shape }) => sum + elementsOf(shape), 0) ?? 0;
    expect(shards.reduce((size, { bytes }) => size + bytes.length, 0)).toBe(4 * numbers);
  });

  it('describes each constant once, and each input is a node', () => {
    const { node } = json.modelTopology;
    const constants = node.filter(({ op }) => op === 'Const').map(({ name }) => name);
    expect(manifest?.weights.map(({ name }) => name)).toEqual(constants);
    const names = new Set(node.map(({ name }) => name));
    expect(names.size).toBe(node.length);
    for (const { input } of node)
      for (const name of input) expect(names).toContain(name.replace(/:\d+$/, ''));
  });

  it('stores grouped kernels in no more numbers than they have', () => {
    const floats = manifest?.weights.filter(({ dtype }) => dtype === 'float32') ?? [];
    const stored = floats.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
    const learned = [...foldBatchNorms(large).values.values()].reduce((sum, { length }) => sum + length, 0);
    // Besides these: three means and three deviations.
    expect(stored).toBe(learned + 6);
  });

  it('keeps the names of the classes', () => {
    const model = randomModel(small, { resolution: 28, channels: 1, classes: 3 });
    const [file] = encodeGraphModel(model);
    const read = JSON.parse(new TextDecoder().decode(file?.bytes)) as ModelJson;
    expect(read.userDefinedMetadata.classes).toEqual(model.classes);
  });
});
