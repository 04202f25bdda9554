import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  formatNetwork,
  networkKey,
  NetworkError,
  parseNetwork,
  parseNetworks,
} from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { zoo } from '@netspace/network/zoo';
import { namedNetworks, network, networks } from './networks.ts';

describe('a network as text', () => {
  it('has defaults for everything but its stages', () => {
    expect(parseNetworks('{"stages":[{"depth":2,"width":24}]}', 'nets.json')).toEqual([
      {
        stem: { kind: 'simple', width: 32 },
        stages: [{ depth: 2, width: 24, stride: 2, bottleneckRatio: 1, groupWidth: 1 }],
        block: 'bottleneck',
        seRatio: 0,
        head: { width: 0 },
        activation: 'relu',
      },
    ]);
  });

  it('comes back from its own line, whatever the order of its keys', () => {
    assert(
      property(namedNetworks, (drawn) => {
        const line = formatNetwork(drawn);
        expect(line).not.toContain('\n');
        expect(parseNetworks(line, 'line')).toEqual([drawn]);
        const reversed = Object.fromEntries(Object.entries(drawn).toReversed()) as unknown as Network;
        expect(formatNetwork(reversed)).toBe(line);
      }),
    );
  });

  it.each([
    ['lines', (list: Network[]) => list.map((item) => `${formatNetwork(item)}\n`).join('')],
    ['lines with gaps and Windows line ends', (list: Network[]) => list.map(formatNetwork).join('\r\n\r\n')],
    ['a list', (list: Network[]) => JSON.stringify(list)],
    ['an indented list', (list: Network[]) => JSON.stringify(list, null, 2)],
    ['a YAML list', (list: Network[]) => stringify(list)],
    ['YAML documents', (list: Network[]) => list.map((item) => stringify(item)).join('---\n')],
  ])('comes back from %s', (_, write) => {
    const list = zoo.map((model) => model.network);
    expect(parseNetworks(write(list), 'zoo')).toEqual(list);
  });

  it('is the same as another under its key if only the name differs', () => {
    assert(
      property(networks, networks, (a, b) => {
        expect(networkKey({ ...a, name: 'a' })).toBe(networkKey(a));
        expect(networkKey(a) === networkKey(b)).toBe(formatNetwork(a) === formatNetwork(b));
      }),
    );
  });

  it('has a key that tells apart a change in any of its parts', () => {
    const base = network([{ depth: 2, width: 64 }]);
    const [stage] = base.stages;
    if (stage === undefined) throw new Error('no stage');
    const others: Network[] = [
      { ...base, stem: { kind: 'simple', width: 16 } },
      { ...base, stem: { kind: 'cifar', width: 24 } },
      { ...base, block: 'basic' },
      { ...base, seRatio: 0.25 },
      { ...base, head: { width: 64 } },
      { ...base, activation: 'silu' },
      { ...base, stages: [stage, stage] },
      ...[{ depth: 3 }, { width: 72 }, { stride: 1 }, { bottleneckRatio: 2 }, { groupWidth: 16 }].map(
        (change) => ({ ...base, stages: [{ ...stage, ...change }] }),
      ),
    ];
    expect(new Set([base, ...others].map(networkKey)).size).toBe(others.length + 1);
  });
});

describe('a mistake in a network is told with place, cause and cure', () => {
  const stages = '"stages":[{"depth":1,"width":24}]';
  it.each([
    ['', 'nets is empty; it should hold a network, an array of them, or one a line'],
    ['[]', 'nets holds no network'],
    ['# only a comment', 'nets holds no network'],
    ['7', 'nets, line 1, column 1: a network is an object with stages, not 7'],
    ['{}', 'nets, line 1, column 1: stages is missing'],
    ['{"stages":[]}', 'line 1, column 11: stages is []; it must have at least 1 entry'],
    ['{"stages":5}', 'stages is 5; it must be a list'],
    ['{"stages":[null]}', 'line 1, column 12: stage 1 is null; it must be an object'],
    ['{"stages":[{"dept":1,"width":24}]}', 'column 13: unknown key dept in stage 1; did you mean depth?'],
    [`{${stages},"sterm":{}}`, 'unknown key sterm; did you mean stem?'],
    [`{${stages},"head":{"wdth":3}}`, 'unknown key wdth in head; did you mean width?'],
    [`{${stages},"stem":{"sort":3}}`, 'unknown key sort in stem; allowed: kind, width'],
    ['{"stages":[{"width":24}]}', 'line 1, column 12: stage 1: depth is missing'],
    ['{"stages":[{"depth":1.5,"width":24}]}', 'stage 1: depth is 1.5; it must be a whole number'],
    ['{"stages":[{"depth":0,"width":24}]}', 'stage 1: depth is 0; it must be at least 1'],
    ['{"stages":[{"depth":1,"width":"24"}]}', 'stage 1: width is "24"; it must be a number'],
    ['{"stages":[{"depth":1,"width":1e99}]}', 'stage 1: width is 1e+99; it must be at most 1000000'],
    ['stages: [{depth: 1, width: .nan}]', 'stage 1: width is NaN; it must be a number'],
    ['{"stages":[{"depth":1,"width":24,"stride":3}]}', 'stride is 3; it must be one of 1, 2'],
    [
      '{"stages":[{"depth":1,"width":24,"bottleneckRatio":0}]}',
      'bottleneckRatio is 0; it must be at least 0.01',
    ],
    [`{${stages},"seRatio":2}`, 'seRatio is 2; it must be at most 1'],
    [`{${stages},"block":"botleneck"}`, 'block is "botleneck"; it must be one of'],
    [`{${stages},"block":"botleneck"}`, 'did you mean bottleneck?'],
    [`{${stages},"activation":"gelu"}`, 'activation is "gelu"; it must be one of relu, silu'],
    [`{${stages},"name":${JSON.stringify('x'.repeat(201))}}`, 'it must have at most 200 characters'],
    [
      JSON.stringify({ stages: Array.from({ length: 9 }, () => ({ depth: 1, width: 8 })) }),
      'at most 8 entries',
    ],
    [
      '{"stages":[{"depth":1,"width":100,"groupWidth":16}]}',
      'line 1, column 31: stage 1: width 100 is not a multiple of group width 16; use 96 or 112',
    ],
    [
      '{"stages":[{"depth":1,"width":64,"bottleneckRatio":4,"groupWidth":12}]}',
      'inner width 16 (width 64 / bottleneck ratio 4) is not a multiple of group width 12; make it 12 or 24',
    ],
    ['{"stages":[{"depth":1,"width":8,"groupWidth":16}]}', 'is not a multiple of group width 16; use 16'],
    [
      `{${stages}}\n{"stages":[{"dept":1}]}`,
      'nets, line 2, column 13: network 2, unknown key dept in stage 1',
    ],
    [
      `[{${stages}},\n{"stages":\n[{"depth":-1,"width":8}]}]`,
      'nets, line 3, column 11: network 2, stage 1: depth is -1',
    ],
    [
      'stages:\n  - depth: 1\n    wdith: 24',
      'nets, line 3, column 5: unknown key wdith in stage 1; did you mean width?',
    ],
    [`{${stages}}\n{"stages":[{`, 'nets, line 2'],
    ['stages:\n  - depth: 1\n   width: 24', 'nets, line 3, column 1: this is neither JSON nor YAML'],
    ['{"stages":[{"depth":1', 'nets, line 1'],
    ['a: &a [*a]', 'unknown key a'],
  ])('%s', (text, message) => {
    expect(() => parseNetworks(text, 'nets')).toThrow(NetworkError);
    expect(() => parseNetworks(text, 'nets')).toThrow(message);
  });

  it('in an aliased list that would unfold without end', () => {
    const layers = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      layers.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(() => parseNetworks(layers.join('\n'), 'bomb')).toThrow(NetworkError);
  });

  it('in a value that was read elsewhere', () => {
    expect(() => parseNetwork({ stages: [{ depth: 1, width: 2.5 }] }, 'trial 7')).toThrow(
      'trial 7: stage 1: width is 2.5; it must be a whole number',
    );
    expect(() => parseNetwork(undefined, 'trial 7')).toThrow('trial 7: a network is an object with stages');
  });

  it('never as anything but a NetworkError, whatever part is broken', () => {
    const line = formatNetwork(network([{ depth: 2, width: 64 }]));
    for (let cut = 0; cut < line.length; cut++) {
      expect(() => parseNetworks(line.slice(0, cut), 'cut')).toThrow(NetworkError);
      const holed = line.slice(0, cut) + line.slice(cut + 1);
      try {
        expect(parseNetworks(holed, 'holed')).toHaveLength(1);
      } catch (error) {
        expect(error).toBeInstanceOf(NetworkError);
      }
    }
  });
});
