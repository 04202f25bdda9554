import { describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const regnet200 = '--depth 13 --w0 24 --wa 36.44 --wm 2.49 --group-width 8'.split(' ');

describe('netspace', () => {
  it('quantizes RegNetX-200MF to the published stages', () => {
    const [result] = netspaceJson(['quantize', ...regnet200, '--json']);
    expect(result).toMatchObject({
      levels: 4,
      regular: true,
      stages: [
        { depth: 1, width: 24, groupWidth: 8, bottleneckRatio: 1, innerWidth: 24, groups: 3 },
        { depth: 1, width: 56, groups: 7 },
        { depth: 4, width: 152, groups: 19 },
        { depth: 7, width: 368, groups: 46 },
      ],
    });
  });

  it('pipes a published model into complexity, exactly', () => {
    const { stdout } = netspace(['zoo', 'RegNetX-200MF', '--json']);
    const { network } = JSON.parse(stdout) as { network: unknown };
    const [counts] = netspaceJson(['complexity', '-', '--json'], { input: JSON.stringify(network) });
    expect(counts).toEqual({ flops: 199040872, params: 2684792, activations: 2164056 });
    expect(netspaceJson(['complexity', 'RegNetX-200MF', '--json'])).toEqual([counts]);
  });

  it('samples the same networks from the same seed, all of them members', () => {
    const words = ['sample', 'anynet-e', '-n', '4', '--seed', '7', '--flops', '100M:400M'];
    const { stdout, code } = netspace(words);
    expect(code).toBe(0);
    expect(netspace(words).stdout).toBe(stdout);
    const members = netspaceJson(['check', 'anynet-e', '-', '--json'], { input: stdout });
    expect(members).toHaveLength(4);
    for (const member of members) expect(member).toEqual({ member: true, violations: [] });
  });

  it('names the rule that a network breaks, with stage and numbers', () => {
    const network = { stages: [16, 32, 24, 48].map((width) => ({ depth: 1, width, groupWidth: 8 })) };
    const [result] = netspaceJson(['check', 'anynet-d', '-', '--json'], { input: JSON.stringify(network) });
    expect(result).toMatchObject({ member: false });
    const [violation] = (result as { violations: { rule: string; message: string }[] }).violations;
    expect(violation?.rule).toContain('width');
    expect(violation?.message).toMatch(/24.*32|32.*24/);
  });

  it("prints pycls' configuration of what it samples", () => {
    const { stdout } = netspace(['sample', 'anynet-a', '-n', '1', '--format', 'pycls']);
    expect(stdout).toContain('BOT_MULS');
    expect(stdout).toContain('res_bottleneck_block');
    expect(stdout).not.toMatch(/HEAD_W|ACTIVATION_FUN|SE_R/);
  });

  it('prints the rate of each epoch', () => {
    const words = 'schedule --policy cos --epochs 10 --base-lr 0.05 --json'.split(' ');
    expect((netspaceJson(words)[0] as number[])[1]).toBeCloseTo(0.048776412907378844, 14);
  });

  it('writes nothing but data on standard output', () => {
    for (const words of [
      ['zoo', '--json'],
      ['data', 'list', '--json'],
      ['space', 'list', '--json'],
    ])
      expect(netspaceJson(words).length, words.join(' ')).toBeGreaterThan(1);
  });

  it.each<[string[], number, string, string]>([
    [['quantize', ...regnet200.with(3, '25')], 1, 'use 24 or 32', 'a width that is no multiple of 8'],
    [['quantize', '--depth', '13'], 2, '--w0', 'a missing option'],
    [['quantize', ...regnet200.with(1, 'x')], 2, 'whole number', 'no number'],
    [['quantise'], 2, 'quantize', 'a misspelt command'],
    [['zoo', 'RegNetX-200M'], 1, 'RegNetX-200MF', 'a misspelt model'],
    [['complexity', 'nowhere.json'], 2, 'no such file', 'a file that is not there'],
    [['sample', 'anynet-f', '-n', '1'], 1, 'anynet-', 'a misspelt space'],
    [['sample', 'anynet-a', '-n', '0'], 2, 'at least 1', 'no networks'],
    [['sample', 'anynet-a', '-n', '1', '--flops', '9M:3M'], 2, '3M:9M', 'a window upside down'],
    [['train', 'RegNetX-200MF', '--data', 'mnits'], 1, 'mnist', 'a misspelt data set'],
    [['run', 'nowhere.yaml'], 1, 'no such file', 'a plan that is not there'],
    [['status', '--store', '/nowhere/x.db'], 2, 'no store', 'a store that is not there'],
  ])('%j ends with code %i and says %j', (words, code, message) => {
    const result = netspace(words);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });

  it.each<[string, string, string]>([
    ['{"stages":[{"depth":1,"widht":24}]}', 'did you mean width', 'an unknown key'],
    ['{"stages":[{"depth":"1","width":24}]}', 'stage 1: depth', 'a wrong type'],
    ['{"stages":[{"depth":1,"width":100,"groupWidth":16}]}', 'use 96 or 112', 'groups that do not fit'],
    ['', 'empty', 'nothing'],
    ['{"stages":', 'line 1', 'half a file'],
  ])('a network %j is refused with %j', (input, message) => {
    const { code, stderr } = netspace(['complexity', '-'], { input });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
