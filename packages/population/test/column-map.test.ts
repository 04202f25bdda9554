import { generateRegNet } from '@netspace/network/regnet';
import { describe, expect, it } from 'vitest';
import { parseColumnMap } from '../column-map.ts';
import type { Trial } from '../trial.ts';
import { readTrials } from './reading.ts';

function read(text: string, map: string, space?: string): Promise<Trial[]> {
  return readTrials(text, 'x.csv', { columns: parseColumnMap(map), ...(space !== undefined && { space }) });
}

describe('a column map', () => {
  it.each([
    ['error=err', [{ target: 'error', column: 'err' }]],
    [
      ' error = val err % , flops=macs*1e6',
      [
        { target: 'error', column: 'val err', by: 100 },
        { target: 'flops', column: 'macs', times: 1e6 },
      ],
    ],
    ['error=1-acc%', [{ target: 'error', column: 'acc', by: 100, complement: true }]],
    ['params=size/4', [{ target: 'params', column: 'size', by: 4 }]],
    ['error="a, 1-b %"%', [{ target: 'error', column: 'a, 1-b %', by: 100 }]],
    [
      'recipe.learningRate=lr,space="a=b"',
      [
        { target: 'recipe.learningRate', column: 'lr' },
        { target: 'space', column: 'a=b' },
      ],
    ],
  ])('%s says where each value comes from', (text, rules) => {
    expect(parseColumnMap(text)).toEqual(rules);
  });

  it.each([
    ['error', '"error" is no rule; write TARGET=COLUMN'],
    ['error=a,=b', '"=b" is no rule'],
    ['error=a,error=b', '"error" is given twice'],
    ['flops=macs*0', '"*0" is no factor'],
  ])('%s is refused in words', (text, message) => {
    expect(() => parseColumnMap(text)).toThrow(message);
  });
});

describe('a table with a column map', () => {
  it('gives the trials of columns that have other names, percent and units', async () => {
    const text = [
      'search_space,d,w,gw,val_err,macs,lr,gpu',
      'A,"[1, 2]","(24, 56)",8,12.5,3.5,0.1,V100',
      'A,1-2,24-56,8,nan,3.5,0.1,V100',
    ].join('\n');
    const map =
      'space=search_space,depths=d,widths=w,groupWidths=gw,error=val_err%,flops=macs*1e6,recipe.learningRate=lr';
    const [first, second] = await read(text, map);
    expect(first).toMatchObject({
      space: 'A',
      status: 'completed',
      error: 0.125,
      flops: 3_500_000,
      recipe: { learningRate: 0.1 },
      provenance: { gpu: 'V100' },
      network: {
        stages: [
          { depth: 1, width: 24, groupWidth: 8 },
          { depth: 2, width: 56, groupWidth: 8 },
        ],
      },
    });
    expect(first?.provenance).toEqual({ gpu: 'V100' });
    expect(second).toMatchObject({ status: 'diverged', error: 1 });
  });

  it('turns accuracies into errors, takes a network of a JSON column, and a space that no column names', async () => {
    const text = 'arch,acc\n"{""stages"":[{""depth"":1,""width"":16}]}",75\n';
    expect(await read(text, 'network=arch,error=1-acc%', 'mine')).toMatchObject([
      { space: 'mine', error: 0.25, network: { stages: [{ width: 16 }] } },
    ]);
  });

  it("generates RegNets of a generator's columns", async () => {
    const text = 'd,w0,wa,wm,g,err\n13,24,36.44,2.49,8,0.3\n';
    const map =
      'generator.depth=d,generator.initialWidth=w0,generator.widthSlope=wa,generator.widthMultiplier=wm,groupWidths=g,error=err';
    const [trial] = await read(text, map, 'regnetx');
    const generator = { depth: 13, initialWidth: 24, widthSlope: 36.44, widthMultiplier: 2.49 };
    expect(trial?.network).toEqual(generateRegNet({ ...generator, groupWidth: 8 }));
    expect(trial?.generator).toEqual(generator);
  });

  it('describes all of a network, its stem and blocks too', async () => {
    const text =
      'space,depths,widths,network.block,network.stem.kind,network.stem.width,error\na,1,16,basic,cifar,8,0.5\n';
    expect(await readTrials(text, 'x.csv')).toMatchObject([
      { network: { block: 'basic', stem: { kind: 'cifar', width: 8 } } },
    ]);
  });

  it('keeps a column that another one takes the place of', async () => {
    const text = 'space,depths,widths,error,final\na,1,16,0.5,0.25\n';
    expect(await read(text, 'error=final')).toMatchObject([{ error: 0.25, provenance: { error: 0.5 } }]);
  });

  it.each([
    ['eror=err', '--map eror=err: "eror" is no value of a trial; did you mean error?'],
    ['error=er', 'x.csv:1: there is no column "er", which --map error=er names; did you mean err?'],
    ['error=gpu%', 'x.csv:2: column "gpu" is "V100", but --map computes with it, which needs a number'],
    ['error=err', 'x.csv:2: "error" is 12.5, but must be a fraction from 0 to 1; divide percent by 100'],
    ['bestError=err%', 'x.csv:1: no column "error" or "status"; there are "space", "depths"'],
  ])('that does not fit is refused with the nearest right name: %s', async (map, message) => {
    await expect(read('space,depths,widths,err,gpu\na,1,16,12.5,V100\n', map)).rejects.toThrow(message);
  });
});
