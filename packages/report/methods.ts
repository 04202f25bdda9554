/** What the page's figures mean, for readers who did not make them. */
import { markup } from './html.ts';

export const methods = markup`<dl class="methods">
    <dt>Error</dt>
    <dd>
      The share of held-out images that the network got wrong after its last epoch. A network that diverged or
      failed counts with 100 %; one that was stopped early, with the error of the last epoch it was trained for.
      Such errors are higher than whole trainings would have had, so a distribution with them is biased.
    </dd>
    <dt>Distribution of errors (EDF)</dt>
    <dd>
      F(e) is the share of networks with error below e. The band around it holds the space's true distribution
      with 95 % confidence: ±√(ln 40 / 2n) (Dvoretzky, Kiefer, Wolfowitz; Massart's constant).
    </dd>
    <dt>Range of the best</dt>
    <dd>
      Draw a quarter of a space's networks with replacement and keep the best: the range holds that one's
      parameter with 95 % probability, computed exactly from the ranks rather than by drawing (Radosavovic et
      al. 2020, footnote 4).
    </dd>
    <dt>Difference of means</dt>
    <dd>
      95 % interval of the bias-corrected and accelerated bootstrap, 2000 seeded resamples. A space is called
      better if its interval leaves zero out and both spaces have at least five networks.
    </dd>
    <dt>KS</dt>
    <dd>
      The greatest distance between two EDFs and the probability of one as great if both spaces had one
      distribution (two-sided, exact up to 2000 networks each).
    </dd>
    <dt>Superiority</dt>
    <dd>
      The probability that a random network of the first space has a lower error than one of the second, ties
      counted half; 95 % score interval (Newcombe 2006).
    </dd>
    <dt>Complexity</dt>
    <dd>
      Flops are multiply-adds of one forward pass of one image; activations are output elements of
      convolution, max-pool and linear layers.
    </dd>
  </dl>
  <p class="reference">
    I. Radosavovic, R. P. Kosaraju, R. Girshick, K. He, P. Dollár:
    <cite>Designing Network Design Spaces</cite>, CVPR 2020. I. Radosavovic, J. Johnson, S. Xie, W.-Y. Lo, P.
    Dollár: <cite>On Network Design Spaces for Visual Recognition</cite>, ICCV 2019.
  </p>`;
