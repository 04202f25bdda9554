/**
 * The published models that a `Network` can express: 24 RegNets, ResNets and ResNeXts, with their counts and errors.
 *
 * Source: configurations, `dev/model_complexity.json` and `dev/model_error.json` of pycls (commit 5719de64, MIT licence), the
 * models of Figures 15 and 16 and Tables 3 and 4 of "Designing Network Design Spaces". The EfficientNets listed there are left
 * out: their kernels of 5 and their expansion of a block's input width have no place in a stage.
 */
import type { Network } from './network.ts';
import type { RegNetParameters } from './quantize.ts';
import { generateRegNet, type RegNetOptions } from './regnet.ts';
import { suggest } from './suggestion.ts';

export interface ZooModel {
  readonly name: string;
  /** The generator's, for RegNets; `groupWidth` is before it is clipped to a stage's width. */
  readonly parameters?: RegNetParameters &
    Required<Pick<RegNetOptions, 'groupWidth' | 'bottleneckRatio' | 'seRatio'>>;
  readonly network: Network;
  /** Multiply-adds of one image of `resolution`, as published. */
  readonly flops: number;
  readonly params: number;
  readonly activations: number;
  /** Top-1 error on ImageNet's validation images after 100 epochs, centre crop, a fraction. */
  readonly top1Error: number;
  /** Pixels; 3 channels and 1000 classes. */
  readonly resolution: number;
}

/** A name that is no published model's. */
export class ModelError extends Error {
  readonly code = 'MODEL';
}

type Counts = [flops: number, params: number, activations: number, top1Error: number];
type RegNetRow = [size: string, d: number, w0: number, wa: number, wm: number, g: number, ...Counts];
type ResNetRow = [name: string, depths: number[], b: number, g: number, ...Counts];

const regNetX: readonly RegNetRow[] = [
  ['200MF', 13, 24, 36.44, 2.49, 8, 199_040_872, 2_684_792, 2_164_056, 0.31088],
  ['400MF', 22, 24, 24.48, 2.54, 16, 397_678_568, 5_157_512, 3_143_272, 0.27382],
  ['600MF', 16, 48, 36.97, 2.24, 24, 600_891_112, 6_196_040, 3_975_096, 0.25864],
  ['800MF', 16, 56, 35.73, 2.28, 16, 799_700_712, 7_259_656, 5_148_744, 0.24846],
  ['1.6GF', 18, 80, 34.01, 2.25, 24, 1_602_850_792, 9_190_136, 7_933_512, 0.23038],
  ['3.2GF', 25, 88, 26.31, 2.25, 48, 3_176_622_952, 15_296_552, 11_367_432, 0.21736],
  ['4.0GF', 23, 96, 38.65, 2.43, 40, 3_964_499_816, 22_118_248, 12_201_608, 0.21356],
  ['6.4GF', 17, 184, 60.83, 2.07, 56, 6_460_292_264, 26_209_256, 16_369_744, 0.20844],
  ['8.0GF', 23, 80, 49.56, 2.88, 120, 7_995_133_416, 39_572_648, 14_059_688, 0.20728],
  ['12GF', 19, 168, 73.36, 2.37, 112, 12_086_679_016, 46_106_056, 21_366_568, 0.20288],
  ['16GF', 22, 216, 55.59, 2.1, 128, 15_940_756_456, 54_278_536, 25_515_496, 0.19956],
  ['32GF', 23, 320, 69.86, 2.0, 168, 31_735_930_792, 107_811_560, 36_302_160, 0.19498],
];

const regNetY: readonly RegNetRow[] = [
  ['200MF', 13, 24, 36.44, 2.49, 8, 199_519_076, 3_162_996, 2_168_052, 0.29658],
  ['400MF', 16, 48, 27.89, 2.09, 8, 401_849_056, 4_344_144, 3_892_496, 0.25898],
  ['600MF', 15, 48, 32.54, 2.32, 16, 601_227_608, 6_055_160, 4_334_296, 0.2454],
  ['800MF', 14, 56, 38.84, 2.4, 16, 797_183_328, 6_263_168, 5_249_888, 0.23684],
  ['1.6GF', 27, 48, 20.71, 2.65, 24, 1_612_087_326, 11_202_430, 8_044_814, 0.22066],
  ['3.2GF', 21, 80, 42.63, 2.66, 24, 3_176_496_162, 19_436_338, 11_263_418, 0.21074],
  ['4.0GF', 22, 96, 31.41, 2.24, 64, 3_973_301_344, 20_646_656, 12_287_200, 0.2064],
  ['6.4GF', 25, 112, 33.22, 2.27, 72, 6_355_221_876, 30_583_252, 16_407_188, 0.2011],
  ['8.0GF', 17, 192, 76.82, 2.19, 56, 7_963_074_196, 39_180_068, 17_968_916, 0.20052],
  ['12GF', 19, 168, 73.36, 2.37, 112, 12_092_395_504, 51_822_544, 21_384_496, 0.1967],
  ['16GF', 18, 200, 106.23, 2.48, 112, 15_911_534_044, 83_590_140, 23_041_228, 0.19608],
  ['32GF', 20, 232, 115.89, 2.53, 232, 32_279_583_362, 145_046_770, 30_261_570, 0.19066],
];

/** Bottleneck ratio, and group width of the first stage; it doubles from stage to stage with the width. */
const resNets: readonly ResNetRow[] = [
  ['ResNet-50', [3, 4, 6, 3], 4, 64, 4_089_185_256, 25_557_032, 11_315_688, 0.2319],
  ['ResNet-101', [3, 4, 23, 3], 4, 64, 7_801_406_440, 44_549_160, 16_433_640, 0.21414],
  ['ResNet-152', [3, 8, 36, 3], 4, 64, 11_513_627_624, 60_192_808, 22_755_816, 0.2087],
  ['ResNeXt-50', [3, 4, 6, 3], 2, 4, 4_230_480_872, 25_028_904, 14_602_216, 0.21884],
  ['ResNeXt-101', [3, 4, 23, 3], 2, 4, 7_969_997_800, 44_177_704, 21_426_152, 0.20664],
  ['ResNeXt-152', [3, 8, 36, 3], 2, 4, 11_709_514_728, 59_951_400, 29_855_720, 0.20386],
];

export const zoo: readonly ZooModel[] = [
  ...regNetX.map((row) => regNetModel('RegNetX', 0, row)),
  ...regNetY.map((row) => regNetModel('RegNetY', 0.25, row)),
  ...resNets.map(resNetModel),
];

/** The published model of this name, in upper or lower case: `RegNetX-200MF`. */
export function findModel(name: string): ZooModel {
  const model = zoo.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (model !== undefined) return model;
  if (/^efficientnet/i.test(name))
    throw new ModelError(`${name} cannot be written as stages of one kind of block, so it is not in the zoo`);
  const names = zoo.map((candidate) => candidate.name);
  throw new ModelError(`${JSON.stringify(name)} is not a published model${suggest(name, names)}`);
}

function regNetModel(family: string, seRatio: number, row: RegNetRow): ZooModel {
  const [size, depth, initialWidth, widthSlope, widthMultiplier, groupWidth, ...counts] = row;
  const name = `${family}-${size}`;
  const generator = { depth, initialWidth, widthSlope, widthMultiplier };
  const parameters = { ...generator, groupWidth, bottleneckRatio: 1, seRatio };
  return { name, parameters, network: { name, ...generateRegNet(parameters) }, ...published(counts) };
}

function resNetModel([name, depths, bottleneckRatio, groupWidth, ...counts]: ResNetRow): ZooModel {
  const network: Network = {
    name,
    stem: { kind: 'imagenet', width: 64 },
    stages: depths.map((depth, i) => ({
      depth,
      width: 256 * 2 ** i,
      stride: i === 0 ? 1 : 2,
      bottleneckRatio,
      groupWidth: groupWidth * 2 ** i,
    })),
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
  };
  return { name, network, ...published(counts) };
}

function published([flops, params, activations, top1Error]: Counts): Omit<ZooModel, 'name' | 'network'> {
  return { flops, params, activations, top1Error, resolution: 224 };
}
