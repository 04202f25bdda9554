/** Images mixed in pairs, and their labels with them. Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017. */
import { permutation, type Random } from '@netspace/stats/random';

/** How one batch is mixed. */
export interface Mixture {
  /** What an image keeps of itself, 0 to 1. */
  readonly share: number;
  /** For each image of the batch, the one that gives the rest. */
  readonly partners: Int32Array;
}

/** One share for the whole batch, from Beta(alpha, alpha), and a random order of partners. */
export function drawMixture(batchSize: number, alpha: number, stream: Random): Mixture {
  return { share: drawBeta(alpha, stream), partners: permutation(batchSize, stream) };
}

/** share · image + (1 - share) · partner, for images one behind the other. */
export function mixImages(images: Float32Array, { share, partners }: Mixture): Float32Array {
  const size = images.length / partners.length;
  const mixed = new Float32Array(images.length);
  partners.forEach((partner, image) => {
    for (let i = 0; i < size; i++) {
      const [own, other] = [images[image * size + i] ?? 0, images[partner * size + i] ?? 0];
      mixed[image * size + i] = share * own + (1 - share) * other;
    }
  });
  return mixed;
}

export function partnerLabels(labels: Int32Array, { partners }: Mixture): Int32Array {
  return partners.map((partner) => labels[partner] ?? 0);
}

/** Beta(alpha, alpha) as x / (x + y) of two gamma variates, by their logarithms: small alphas underflow otherwise. */
export function drawBeta(alpha: number, stream: Random): number {
  const difference = drawLogGamma(alpha, stream) - drawLogGamma(alpha, stream);
  return 1 / (1 + Math.exp(-difference));
}

/** Logarithm of a gamma variate (Marsaglia and Tsang, 2000), with G(a) = G(a + 1) · U^(1/a) for shapes below 1. */
function drawLogGamma(shape: number, stream: Random): number {
  if (shape < 1) return drawLogGamma(shape + 1, stream) + Math.log(1 - stream.next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - stream.next()) < 0.5 * x * x + d - d * v + d * Math.log(v))
      return Math.log(d * v);
  }
}
