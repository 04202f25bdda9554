/** A plan whose few networks are trained in seconds on real images, for tests that run a whole sweep. */

interface TinyPlan {
  readonly name: string;
  readonly seed?: number;
  readonly networks?: number;
  /** Images. */
  readonly limit: number;
  readonly epochs?: number;
  readonly batchSize?: number;
}

export function tinyPlan({
  name,
  seed = 1,
  networks = 3,
  limit,
  epochs = 1,
  batchSize = 64,
}: TinyPlan): string {
  return `name: ${name}
seed: ${seed}
spaces:
  - space:
      extends: anynet-a
      name: tiny
      stages: 1
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2], width: [8, 16], groupWidth: [4, 8], bottleneckRatio: [1] }
    networks: ${networks}
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: ${limit} }
recipe: { epochs: ${epochs}, batchSize: ${batchSize} }
`;
}
