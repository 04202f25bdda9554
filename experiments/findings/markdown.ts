/** The generated parts of reports/FINDINGS.md. */
import { formatPercent } from '@netspace/analysis/wording';
import { groupsOf } from '@netspace/analysis/group';
import type { Study, TestedClaim } from './study.ts';
import { trainingSeconds } from './study.ts';
import { duration, effectOf, pOf } from './wording.ts';

const begin = (part: string): string => `<!-- generated: ${part} -->`;
const end = '<!-- end of generated -->';

/** The page with its generated parts made anew; what people wrote around them stays. Throws where a part has no place. */
export function renderFindings(page: string, study: Study): string {
  const made = replacePart(page, 'verdicts', verdicts(study));
  return replacePart(made, 'populations', populationTable(study));
}

/** Puts text between the markers of a part. */
export function replacePart(page: string, part: string, content: string): string {
  const [from, to] = [page.indexOf(begin(part)), page.indexOf(end, page.indexOf(begin(part)))];
  if (from < 0 || to < 0)
    throw new Error(`the page has no place for "${part}"; it needs the lines ${begin(part)} and ${end}`);
  return `${page.slice(0, from)}${begin(part)}\n\n${content}\n\n${page.slice(to)}`;
}

function verdicts(study: Study): string {
  if (study.populations.size === 0)
    return 'No results are committed yet. `npm run findings` trains the populations and fills this in.';
  const rows = study.claims.flatMap((claim) => claimRows(claim, study));
  return [
    '| | claim | n | effect | 95 % interval | p, corrected | verdict |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function claimRows({ claim, tests, spaces }: TestedClaim, { populations }: Study): string[] {
  const members = (names: readonly string[]) => names.map((name) => populations.get(name) ?? []);
  const seconds = trainingSeconds(members(spaces).flat());
  const time = seconds > 0 ? `; its populations took ${duration(seconds)}` : '';
  const head = `| **${claim.id}** | **${claim.title}** (${claim.source}${time}) | | | | | |`;
  return [
    head,
    ...tests.map((tested) => {
      const { test, judgement, decision } = tested;
      const sizes = members(test.spaces).map(({ length }) => length);
      const { estimate, interval } = effectOf(tested);
      return `| ${test.id} | ${test.claim} | ${judgement ? sizes.join(' + ') : '–'} | ${estimate} | ${interval} | ${pOf(tested)} | ${judgement ? `**${decision.verdict}**` : decision.verdict} |`;
    }),
  ];
}

function populationTable({ populations }: Study): string {
  if (populations.size === 0) return 'None yet.';
  const rows = [...populations.values()].flatMap((members) =>
    groupsOf(members, []).map(
      ({ name, n, failed, min, mean, median }) =>
        `| ${name} | ${n} | ${failed} | ${[min, mean, median].map(formatPercent).join(' | ')} | ${duration(trainingSeconds(members))} |`,
    ),
  );
  return [
    '| population | networks | failed | least error | mean | median | time of training |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
