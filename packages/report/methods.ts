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
      with 95&nbsp;% confidence: ±√(ln 40 / 2n) (Dvoretzky, Kiefer, Wolfowitz; Massart's constant).
    </dd>
    <dt>Range of the best</dt>
    <dd>
      Draw a quarter of a space's networks with replacement and keep the best: the range holds that one's
      parameter with 95&nbsp;% probability, computed exactly from the ranks rather than by drawing (Radosavovic et
      al. 2020, footnote 4).
    </dd>
    <dt>Difference of means</dt>
    <dd>
      95&nbsp;% interval of the bias-corrected and accelerated bootstrap, 2000 seeded resamples (1000 for more than
      4000 networks), its percentiles expanded for small samples (Hesterberg 2015). Where networks failed, which
      count with error 1, the shares that fail have Jeffreys' intervals, and the parts are put together by the
      distances of their ends (Zou and Donner 2008): a bootstrap of few failures is too sure of them. A space is
      called better if its interval leaves zero out and both spaces have at least five networks.
    </dd>
    <dt>KS</dt>
    <dd>
      The greatest distance between two EDFs and the probability of one as great if both spaces had one
      distribution (two-sided, exact up to 2000 networks each).
    </dd>
    <dt>Superiority</dt>
    <dd>
      The probability that a random network of the first space has a lower error than one of the second, ties
      counted half; 95&nbsp;% score interval (Newcombe 2006).
    </dd>
    <dt>Equal complexity</dt>
    <dd>
      The range of complexity that all spaces have in common is cut into k bins of equal ratio; each of the
      m<sub>j</sub> networks of a space in bin j weighs 1 / (k m<sub>j</sub>), so that all spaces have the same
      distribution over the bins (Radosavovic et al. 2019, Section 3.3). Bins in which a space has no network
      count for none. The band is ±√(ln 40 / 2n<sub>e</sub>) with Kish's effective size n<sub>e</sub> = 1 / Σ
      w², an approximation. The difference of means is the mean over bins of the differences in them, with
      Student's t at Satterthwaite's degrees of freedom.
    </dd>
    <dt>Area under the distribution</dt>
    <dd>
      (1 / ε) ∫<sub>0</sub><sup>ε</sup> F(e) de = 1 − Σ w min(1, e / ε), where ε is the upper quartile of the
      errors of all networks that completed: 100 % if every error were 0 (Radosavovic et al. 2019, Section 3.3).
    </dd>
    <dt>Expected least error of m networks</dt>
    <dd>
      Over all sets of m of the n networks the mean of the least error, Σ e<sub>(i)</sub> C(n − i, m − 1) / C(n,
      m), an estimate without bias (Hoeffding 1948). The band is Student's t with the jackknife's variance
      (Efron, Stein 1981). Minima of populations of different sizes do not compare; these do.
    </dd>
    <dt>Distance of n networks from all N</dt>
    <dd>
      The KS distance of the distribution of n networks, drawn without replacement, to that of all N is (1 − n /
      N) times the KS statistic of the two parts, whose distribution counting lattice paths gives exactly
      (Radosavovic et al. 2019, Section 3.2, drew samples).
    </dd>
    <dt>Trends</dt>
    <dd>
      The networks of a space in ranges of flops of equal ratio; y is a parameter of the best network of each, or
      its binary logarithm where it is a size or a rate, x the binary logarithm of flops. The robust slope is the
      median of the slopes of all pairs, with its exact interval (Theil 1950, Sen 1968).
    </dd>
    <dt>Which values go together</dt>
    <dd>
      Parameters in the order of their rank correlation with the error (Spearman 1904, without its sign); pairs
      are those of the first four. In parallel coordinates (Inselberg 1985) a network is a line, an axis a
      parameter.
    </dd>
    <dt>Refinement</dt>
    <dd>
      Means inside and outside of each constraint differ by a studentized statistic; networks are dealt anew
      2000 times, and the greatest statistic of all constraints in each deal gives the bound that all intervals
      together hold with 95&nbsp;% (max-T: Westfall, Young 1993). Where networks failed, those that completed are asked about beside all, each
      with 97.5&nbsp;%, and count where the means of all point the same way. Expected least errors are bounded by
      Bonferroni.
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
