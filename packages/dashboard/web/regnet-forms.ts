/** The network at hand in the words of other programs, to be copied. */
import { formatNetwork } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { toPyclsConfig } from '@netspace/network/pycls-config';
import { timmConfiguration } from '@netspace/network/timm';
import { stringify } from 'yaml';
import type { RegNetState } from './regnet-state.ts';

export const forms = ['command', 'json', 'yaml', 'pycls', 'timm'] as const;

export type Form = (typeof forms)[number];

export const formTitles: Readonly<Record<Form, string>> = {
  command: 'Command line',
  json: 'JSON',
  yaml: 'YAML',
  pycls: 'pycls',
  timm: 'timm',
};

/** The text, or a comment that says why there is none. */
export function formOf(form: Form, state: RegNetState, network: Network): string {
  if (form === 'command') return commandOf(state);
  if (form === 'json') return formatNetwork(network);
  if (form === 'yaml')
    return stringify(JSON.parse(formatNetwork(network)), { flowCollectionPadding: false }).trimEnd();
  if (form === 'pycls') return stringify(toPyclsConfig(network)).trimEnd();
  return timmOf(network);
}

function commandOf({ d, w0, wa, wm, g, b, se }: RegNetState): string {
  const ratio = b === 1 ? '' : ` --bottleneck-ratio ${b}`;
  const gate = se === 0 ? '' : ` --se-ratio ${se}`;
  return `netspace quantize --depth ${d} --w0 ${w0} --wa ${wa} --wm ${wm} --group-width ${g}${ratio}${gate} --json`;
}

function timmOf(network: Network): string {
  const found = timmConfiguration(network);
  if ('reason' in found) return `# ${found.reason}`;
  const written = Object.entries(found.arguments).map(([name, value]) => `    ${name}=${python(value)},`);
  return [
    'from timm.models.regnet import RegNet, RegNetCfg',
    '',
    'model = RegNet(RegNetCfg(',
    ...written,
    '))',
  ].join('\n');
}

function python(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? `'${value}'` : `${value as number}`;
}
