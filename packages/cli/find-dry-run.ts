/** Shows what `netspace find` would do. */
import { describeEffort } from '@netspace/search/effort';
import { prepareSearch, type OpeningHands } from '@netspace/search/opening';
import { describeBudget, type SearchRequest } from '@netspace/search/request';
import { formatSeconds } from '@netspace/sweep/screen';
import { countOf, printJson, printLine } from './output.ts';

export async function showSearchPlan(
  request: SearchRequest,
  hands: OpeningHands,
  json: boolean,
): Promise<void> {
  const { data, settled } = await prepareSearch(request, hands, performance.now() / 1000);
  const { workers } = hands.run;
  if (json)
    return printJson({
      data,
      budget: request.budget,
      space: request.space,
      ...settled,
      workers,
      threads: request.threads,
    });
  const { effort, seconds } = settled;
  printLine(`would search ${request.space} for a network with ${describeBudget(request.budget)}`);
  printLine(describeEffort(effort));
  const time =
    seconds === undefined
      ? '; how long that takes is told with --time'
      : `, in about ${formatSeconds(seconds)}`;
  printLine(`with ${countOf(workers, 'worker')} of ${countOf(request.threads, 'thread')}${time}`);
}
