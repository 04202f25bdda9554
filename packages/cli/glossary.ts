/** The words of the field as netspace uses them: `netspace explain TERM`, and docs/glossary.md. */

export interface Term {
  readonly term: string;
  /** Other words that ask for it. */
  readonly also?: readonly string[];
  readonly text: string;
  /** Where the papers speak of it; "Designing" is Radosavovic et al. 2020, "On" their paper of 2019. */
  readonly source?: string;
}

export const glossary: readonly Term[] = [
  {
    term: 'activations',
    text: 'Output elements of all convolution, max-pool and linear layers for one image. On memory-bound machines they tell the running time better than flops do.',
    source: 'Designing, Section 4',
  },
  {
    term: 'AnyNet',
    also: ['anynet-a', 'anynet-e', 'AnyNetX'],
    text: 'The first design space: a stem, four stages whose depth, width, bottleneck ratio and group width are each free, and a head. A to E narrow it step by step: A is free, B shares the bottleneck ratio, C the group width as well, in D widths do not decrease, in E depths neither.',
    source: 'Designing, Section 3.2',
  },
  {
    term: 'balanced error',
    text: 'The mean of the errors of the classes: each class counts as much, however many images it has.',
  },
  {
    term: 'block',
    text: 'What a stage repeats. X: 1x1, grouped 3x3 and 1x1 convolutions with a shortcut; Y: X with squeeze-and-excitation; Z: an inverted bottleneck without an activation at its end.',
    source: 'Designing, Figure 4',
  },
  {
    term: 'bootstrap',
    text: 'Drawing again from the networks that were trained, to see how sure a figure is. Here a quarter of the networks are drawn again and again: the parameters of the best of them give the range in which good networks lie.',
    source: 'Designing, Section 3.2',
  },
  {
    term: 'bottleneck ratio',
    also: ['b', 'bottleneckRatio'],
    text: 'A block computes inside on width / b channels. Below 1 the bottleneck is inverted.',
    source: 'Designing, Section 3.2',
  },
  {
    term: 'complexity',
    text: 'What a network costs: flops, params, activations. Counted from its layers, exactly, without building it.',
  },
  {
    term: 'design space',
    also: ['space'],
    text: 'A set of networks with a probability for each, given by distributions of its dimensions and rules that members obey. Spaces are compared, not single networks.',
    source: 'Designing, Section 3.1',
  },
  {
    term: 'EDF',
    also: ['empirical distribution function'],
    text: 'F(e): the share of a space’s networks whose error is below e. The higher the curve, the better the space. The band around it holds the whole true curve with 95 %.',
    source: 'Designing, Section 3.1, equation 1',
  },
  {
    term: 'error',
    text: 'The share of held-out images whose class is not told right after the last epoch. A training that diverges has error 1.',
  },
  {
    term: 'expected best',
    text: 'The least error that a random search of m networks finds on average.',
    source: 'On, Section 3.3',
  },
  {
    term: 'fit error',
    also: ['fitError', 'e_fit'],
    text: 'How far a network’s widths are from the nearest quantized linear ones: the mean over blocks of |ln(predicted / observed)|.',
    source: 'Designing, Section 3.3',
  },
  {
    term: 'flops',
    text: 'Multiply-adds of one forward pass of one image, as the papers count: half of what others call FLOPs.',
    source: 'Designing, Section 3.1',
  },
  {
    term: 'group width',
    also: ['g', 'groupWidth'],
    text: 'Channels that a group of the 3x3 convolution sees. 1 is a depthwise convolution.',
    source: 'Designing, Section 3.2',
  },
  {
    term: 'initial width',
    also: ['w0', 'initialWidth'],
    text: 'Where the line of widths begins: u_j = w0 + wa j.',
    source: 'Designing, equation 2',
  },
  {
    term: 'KS',
    also: ['Kolmogorov-Smirnov'],
    text: 'The greatest distance between two EDFs, and the probability p of such a distance by chance alone.',
    source: 'On, Section 3.2',
  },
  {
    term: 'latency',
    text: 'Seconds from one image to its class on the machine at hand: the median of 51 forward passes. It is a budget of `netspace find`, beside flops, params and activations.',
  },
  {
    term: 'membership',
    text: 'Whether some point of a space makes a network. `netspace check` tells which rule it breaks.',
  },
  {
    term: 'near copy',
    also: ['near-copies', 'near copies'],
    text: 'An image that is nearly another one, by a hash of its grey shape. Where one of the two is trained on and the other tests, test errors are too low, so such pairs are reported.',
  },
  {
    term: 'Pareto front',
    also: ['pareto'],
    text: 'The networks that nothing else beats both in error and in cost: less error is only to be had for more flops, params, activations or latency.',
  },
  {
    term: 'params',
    text: 'Weights that are learned: kernels, biases, and two a channel for each batch norm.',
  },
  {
    term: 'plan',
    text: 'A file that says which networks of which spaces are trained how, on what. The same plan and seed make the same networks, seeds and errors.',
  },
  {
    term: 'population',
    text: 'Networks drawn from a space and trained: what an analysis looks at.',
    source: 'Designing, Section 3.1',
  },
  {
    term: 'quantize',
    also: ['quantized linear widths'],
    text: 'Making widths of a line: each block’s width is rounded to w0 times a power of wm, and to a multiple of 8; runs of equal widths are the stages.',
    source: 'Designing, equations 2 to 4',
  },
  {
    term: 'recipe',
    text: 'How networks are trained: optimizer, learning rate, epochs, augmentation, regularisation.',
  },
  {
    term: 'refine',
    text: 'Narrowing a space by a constraint where that makes its networks better, or the space smaller without making them worse.',
    source: 'Designing, Section 3.2',
  },
  {
    term: 'RegNet',
    also: ['regnetx', 'regnety'],
    text: 'The space that the papers arrive at: depth d and widths from a quantized line (w0, wa, wm), one bottleneck ratio and one group width.',
    source: 'Designing, Section 3.3',
  },
  {
    term: 'rung',
    also: ['successive halving', 'halving'],
    text: 'An epoch at which successive halving compares trials; the best go on.',
  },
  {
    term: 'stage',
    text: 'Blocks at one resolution and width. The first block of a stage halves the resolution.',
    source: 'Designing, Figure 3',
  },
  {
    term: 'stem',
    text: 'What comes before the stages: a 3x3 convolution of stride 2 (simple) or 1 (cifar), or 7x7 and a max-pool (imagenet).',
  },
  {
    term: 'store',
    text: 'Where sweeps are kept: a SQLite file, or a PostgreSQL database for several machines.',
  },
  { term: 'superiority', text: 'The probability that a random network of one space beats one of another.' },
  { term: 'sweep', text: 'A plan whose trials are in a store, and in work.' },
  { term: 'trial', text: 'One network, trained once by one recipe from one seed, and what came of it.' },
  {
    term: 'width multiplier',
    also: ['wm', 'widthMultiplier'],
    text: 'The factor between the widths of neighbouring stages, before they are rounded.',
    source: 'Designing, equation 3',
  },
  {
    term: 'width slope',
    also: ['wa', 'widthSlope'],
    text: 'How much the line of widths rises from block to block.',
    source: 'Designing, equation 2',
  },
  {
    term: 'window',
    text: 'A range of flops, params or activations that sampled networks lie in, so that spaces are compared at equal cost.',
    source: 'Designing, Section 3.1',
  },
];

/** docs/glossary.md. */
export function glossaryPage(): string {
  const entries = glossary.map(
    ({ term, text, source }) => `**${term}**: ${text}${source === undefined ? '' : ` (${source})`}\n\n`,
  );
  return `# Glossary

\`netspace explain TERM\` shows an entry, and what to do about an error’s code. The papers: "Designing Network Design Spaces" (2020) and "On Network Design Spaces
for Visual Recognition" (2019), both of Radosavovic and others.

${entries.join('').trimEnd()}
`;
}
