/** A network in the words of pycls' configuration: its ANYNET section. */
import type { BlockKind, Network, StemKind } from './network.ts';

const blockTypes: Readonly<Record<BlockKind, string>> = {
  bottleneck: 'res_bottleneck_block',
  'linear-bottleneck': 'res_bottleneck_linear_block',
  basic: 'res_basic_block',
  vanilla: 'vanilla_block',
  single: '',
  'single-residual': '',
};

const stemTypes: Readonly<Record<StemKind, string>> = {
  simple: 'simple_stem_in',
  cifar: 'res_stem_cifar',
  imagenet: 'res_stem_in',
};

/** pycls has no block of a single 3x3 convolution. */
class PyclsConfigError extends Error {
  readonly code = 'PYCLS_CONFIG';
}

/**
 * `{ MODEL, ANYNET }`; pycls' BOT_MULS are 1 / bottleneckRatio. Keys stand only where they say something: pycls 0.1.1 knows no HEAD_W and no
 * ACTIVATION_FUN, its basic and vanilla blocks refuse BOT_MULS and GROUP_WS, and its loader takes no whole number for SE_R.
 */
export function toPyclsConfig(network: Network): Record<string, unknown> {
  const { stem, stages, block, seRatio, head, activation } = network;
  if (blockTypes[block] === '')
    throw new PyclsConfigError(`pycls has no ${block} block; choose another format, such as --format yaml`);
  const hasBottleneck = block === 'bottleneck' || block === 'linear-bottleneck';
  return {
    MODEL: { TYPE: 'anynet', ...(activation !== 'relu' && { ACTIVATION_FUN: activation }) },
    ANYNET: {
      STEM_TYPE: stemTypes[stem.kind],
      STEM_W: stem.width,
      BLOCK_TYPE: blockTypes[block],
      DEPTHS: stages.map(({ depth }) => depth),
      WIDTHS: stages.map(({ width }) => width),
      STRIDES: stages.map(({ stride }) => stride),
      ...(hasBottleneck && {
        BOT_MULS: stages.map(({ bottleneckRatio }) => 1 / bottleneckRatio),
        GROUP_WS: stages.map(({ groupWidth }) => groupWidth),
      }),
      ...(head.width > 0 && { HEAD_W: head.width }),
      SE_ON: seRatio > 0,
      ...(seRatio > 0 && { SE_R: seRatio }),
    },
  };
}
