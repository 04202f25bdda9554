/** The programs that count each kind of stem, block and head: compiled from its layers when first needed, then kept. */
import { compileCounts, type CountProgram } from './count-program.ts';
import { blockLayers, headLayers, stemLayers } from './layers.ts';
import type { BlockKind, Network, StemKind } from './network.ts';

/** What two blocks must have in common to be counted by one program. */
export interface BlockShape {
  readonly block: BlockKind;
  readonly stride: number;
  /** Whether the block's input is as wide as its output. */
  readonly keepsWidth: boolean;
  /** Whether it has a squeeze-and-excitation of at least one channel. */
  readonly gated: boolean;
}

/** Numbers of channels and groups that no two roles share. */
const [CHANNELS, INPUT, WIDTH, GROUPS, GROUP_WIDTH, GATE] = [5, 10_007, 20_011, 101, 103, 211];

const stems = new Map<StemKind, CountProgram>();
const heads = new Map<boolean, CountProgram>();
const blocks = new Map<BlockKind, Map<number, CountProgram>>();

/** Counts for widths of [1, channels of the image, width]. */
export function stemProgram(kind: StemKind): CountProgram {
  return stems.get(kind) ?? remember(stems, kind, compileStem(kind));
}

/** Counts for widths of [1, input width, width, inner width, groups, width of the squeeze]. */
export function blockProgram(shape: BlockShape): CountProgram {
  const { block, stride, keepsWidth, gated } = shape;
  const variants = blocks.get(block) ?? remember(blocks, block, new Map<number, CountProgram>());
  const variant = stride * 4 + (keepsWidth ? 2 : 0) + (gated ? 1 : 0);
  return variants.get(variant) ?? remember(variants, variant, compileBlock(shape));
}

/** Counts for widths of [1, width of the last stage, width of the head's convolution, classes]. */
export function headProgram(convolved: boolean): CountProgram {
  return heads.get(convolved) ?? remember(heads, convolved, compileHead(convolved));
}

function compileStem(kind: StemKind): CountProgram {
  const layers = stemLayers(probe({ stem: { kind, width: WIDTH } }), CHANNELS);
  return compileCounts(layers, [1, CHANNELS, WIDTH]);
}

function compileHead(convolved: boolean): CountProgram {
  const layers = headLayers(probe({ head: { width: convolved ? WIDTH : 0 } }), INPUT, CHANNELS);
  return compileCounts(layers, [1, INPUT, WIDTH, CHANNELS]);
}

function compileBlock({ block, stride, keepsWidth, gated }: BlockShape): CountProgram {
  const inputWidth = keepsWidth ? WIDTH : INPUT;
  const inner = GROUPS * GROUP_WIDTH;
  const stage = { depth: 1, width: WIDTH, stride, bottleneckRatio: WIDTH / inner, groupWidth: GROUP_WIDTH };
  const network = probe({ block, seRatio: gated ? GATE / inputWidth : 0 });
  const layers = blockLayers('probe', network, { stage, inputWidth, stride });
  return compileCounts(layers, [1, inputWidth, WIDTH, inner, GROUPS, GATE]);
}

function probe(parts: Partial<Network>): Network {
  return {
    stem: { kind: 'simple', width: WIDTH },
    stages: [],
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
    ...parts,
  };
}

function remember<K, V>(known: Map<K, V>, key: K, value: V): V {
  known.set(key, value);
  return value;
}
