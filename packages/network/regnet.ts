/** Networks of the RegNet generator: quantized linear widths made into stages that fit their groups. Section 3.3. */
import { adjustWidths } from './compatibility.ts';
import type { Network } from './network.ts';
import { quantizeStages, type RegNetParameters } from './quantize.ts';

export interface RegNetOptions extends RegNetParameters {
  /** g, of all stages. */
  readonly groupWidth: number;
  /** b, of all stages; 1 when left out. */
  readonly bottleneckRatio?: number;
  /** 0 (RegNetX) when left out; RegNetY has 0.25. */
  readonly seRatio?: number;
  /** 3x3 of 32 channels at stride 2 when left out. */
  readonly stem?: Network['stem'];
  /** Stride of each stage's first block; 2 when left out. */
  readonly stride?: number;
  readonly block?: Network['block'];
  readonly activation?: Network['activation'];
  /** Channels of the head's convolution; none when left out. */
  readonly headWidth?: number;
}

export function generateRegNet(options: RegNetOptions): Network {
  const { groupWidth, bottleneckRatio = 1, stride = 2 } = options;
  const { stages } = quantizeStages(options);
  return {
    stem: options.stem ?? { kind: 'simple', width: 32 },
    stages: stages.map(({ depth, width }) => {
      const adjusted = adjustWidths({ width, bottleneckRatio, groupWidth });
      return { depth, width: adjusted.width, stride, bottleneckRatio, groupWidth: adjusted.groupWidth };
    }),
    block: options.block ?? 'bottleneck',
    seRatio: options.seRatio ?? 0,
    head: { width: options.headWidth ?? 0 },
    activation: options.activation ?? 'relu',
  };
}
