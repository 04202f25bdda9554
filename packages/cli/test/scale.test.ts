import { describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

function scale(reference: string, type: string, factor: number, ...others: string[]): string[] {
  return ['scale', reference, '--type', type, '--factor', `${factor}`, ...others];
}

describe('netspace scale', () => {
  // Source: pycls (commit 5719de64, MIT licence), `scale_model` executed.
  it('doubles RegNetX-400MF in depth as pycls does', () => {
    const [network] = netspaceJson(scale('RegNetX-400MF', 'd', 2, '--json'));
    expect(network).toMatchObject({
      name: 'RegNetX-400MF',
      stages: [
        { depth: 2, width: 32, groupWidth: 16 },
        { depth: 4, width: 64 },
        { depth: 14, width: 160 },
        { depth: 24, width: 384 },
      ],
    });
  });

  it('pipes a network into complexity, and says beside it which resolution belongs to it', () => {
    const { stdout, stderr } = netspace(scale('RegNetY-400MF', 'd1_w8_g8_r1', 4, '--json'));
    expect(stderr).toContain('from 224 to 240');
    const words = ['complexity', '-', '--resolution', '240', '--json'];
    // Source: as above.
    expect(netspaceJson(words, { input: stdout })).toEqual([
      { flops: 1572517292, params: 14594380, activations: 7919628 },
    ]);
  });

  it('scales each network of a pipe, a line each, and says nothing where the resolution stays', () => {
    const input = netspace(['sample', 'anynet-a', '-n', '3', '--seed', '2']).stdout;
    const { stdout, stderr } = netspace(scale('-', 'dw', 2, '--json'), { input });
    expect(stderr).toBe('');
    expect(netspaceJson(['complexity', '-', '--json'], { input: stdout })).toHaveLength(3);
  });

  it('of no type or by 1 is the network itself', () => {
    const [model] = netspaceJson(['zoo', 'ResNet-50', '--json']) as [{ network: object }];
    expect(netspaceJson(scale('ResNet-50', '', 3, '--json'))).toEqual([
      { name: 'ResNet-50', ...model.network },
    ]);
    expect(netspaceJson(scale('ResNet-50', 'dwgr', 1, '--json'))).toEqual(
      netspaceJson(scale('ResNet-50', '', 3, '--json')),
    );
  });

  it('shows people what was before, what is after, and the ratio reached', () => {
    const { stdout } = netspace(scale('RegNetY-400MF', 'd1_w8_g8_r1', 4));
    const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    const row = (title: string): string[] => rows.find(([first]) => first === title) ?? [];
    expect(row('depths')).toEqual(['depths', '1/3/6/6', '1/3/7/7']);
    expect(row('resolution')).toEqual(['resolution', '224', '240', '1.07']);
    expect(row('flops').slice(2, 4)).toEqual(['1.57G', (1572517292 / zooFlops('RegNetY-400MF')).toFixed(2)]);
  });

  it('tells no groups of blocks that have none', () => {
    const input = '{"stages":[{"depth":2,"width":16}],"block":"vanilla"}';
    expect(netspace(scale('-', 'w', 2), { input }).stdout).not.toContain('group');
  });

  it.each<[string[], number, string, string]>([
    [scale('RegNetX-200MF', 'dz', 2), 1, 'letters of d, w, g, r', 'an unknown letter'],
    [scale('RegNetX-200MF', 'd', 0), 2, '--factor 0', 'nothing left'],
    [scale('RegNetX-200MF', 'd', NaN), 2, '--factor NaN', 'no number'],
    [scale('RegNetX-200MF', 'd', -2), 2, '--factor -2', 'less than nothing'],
    [scale('RegNetX-200MF', 'd', 1e9), 2, 'at most 1000000', 'a factor beyond all'],
    [scale('RegNetX-200MF', 'd', 1e5), 1, 'depth', 'deeper than a network may be'],
    [scale('RegNetX-200M', 'd', 2), 2, 'RegNetX-200MF', 'a misspelt model'],
    [['scale', 'RegNetX-200MF', '--factor', '2'], 2, '--type', 'no type'],
    [['scale', 'RegNetX-200MF', '--type', 'd'], 2, '--factor', 'no factor'],
  ])('%j ends with code %i and says %j', (words, code, message) => {
    const result = netspace(words);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });
});

function zooFlops(name: string): number {
  const [model] = netspaceJson(['zoo', name, '--json']) as [{ flops: number }];
  return model.flops;
}
