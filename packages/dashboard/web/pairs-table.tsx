/** Every pair of selections: how far apart, how sure, and which is better. */
import { formatP, formatPoints, formatShare } from '@netspace/analysis/wording';
import type { PairComparison } from '../selection-schema.ts';

export function PairsTable({ pairs }: { pairs: readonly PairComparison[] }) {
  return (
    <>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Table of pairs">
        <table>
          <thead>
            <tr>
              <th scope="col">Pair</th>
              <th scope="col">Better</th>
              <th scope="col">EDFs apart by</th>
              <th scope="col">Corrected p</th>
              <th scope="col">Median, points</th>
              <th scope="col">Mean, points</th>
              <th scope="col">Best, points</th>
              <th scope="col">First wins</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair) => (
              <tr key={`${pair.a}\n${pair.b}`}>
                <th scope="row" class="pair-name">
                  <span>{pair.a}</span>
                  <span>{pair.b}</span>
                </th>
                <td>
                  {pair.better === null ? 'neither' : pair.better === pair.a ? 'the first' : 'the second'}
                </td>
                <td>{formatShare(pair.ks.statistic)}</td>
                <td>{formatP(pair.ks.corrected)}</td>
                <td>{interval(pair.medianDifference)}</td>
                <td>{interval(pair.meanDifference)}</td>
                <td>{interval(pair.minDifference)}</td>
                <td>{formatShare(pair.superiority.estimate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul class="sentences">
        {pairs.map(({ a, b, sentence }) => (
          <li key={`${a}\n${b}`}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}

/** "−0.8 [−1.2, −0.3]": of the first less that of the second, with 95 % intervals. */
function interval({ estimate, low, high }: PairComparison['meanDifference']): string {
  return `${formatPoints(estimate)} [${formatPoints(low)}, ${formatPoints(high)}]`;
}
