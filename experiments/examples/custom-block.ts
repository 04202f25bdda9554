/** A block of one's own: a 3x3 depthwise convolution before a 1x1 one, with a shortcut where shapes allow. Usage: npx tsx custom-block.ts */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { countLayerComplexity } from '@netspace/network/layer-complexity';
import { convNorm, convNormAct, layersOf, type BlockBuilder } from '@netspace/network/layers';
import type { Network } from '@netspace/network/network';
import { completeRecipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';

const separable: BlockBuilder = (name, { activation }, { stage, inputWidth, stride }) => {
  const branch = [
    ...convNormAct(`${name}.depthwise`, 3, stride, inputWidth, inputWidth, inputWidth, activation),
    ...convNorm(`${name}.pointwise`, 1, 1, inputWidth, stage.width, 1, true),
  ];
  const keepsShape = inputWidth === stage.width && stride === 1;
  const body = keepsShape ? [{ kind: 'residual', layers: branch, shortcut: [] } as const] : branch;
  return [...body, { kind: 'activation', activation }];
};

const stage = { depth: 2, stride: 2, bottleneckRatio: 1, groupWidth: 1 };
const network: Network = {
  stem: { kind: 'cifar', width: 8 },
  stages: [16, 32].map((width) => ({ ...stage, width })),
  block: 'basic', // what stands in its place is given below
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};
const data = holdOut(await loadDataset('fashion-mnist-12k'), { seed: 1, validationShare: 0.2, limit: 1000 });
const layers = layersOf(network, { resolution: 28, channels: 1, classes: 10 }, separable);
console.log(countLayerComplexity(layers, 28));

const recipe = completeRecipe({ epochs: 2, batchSize: 32, learningRate: 0.1 });
const { curve } = await trainNetwork(network, recipe, data, { seed: 1, block: separable });
for (const { epoch, validationError } of curve) console.log(`epoch ${epoch}: error ${validationError}`);
