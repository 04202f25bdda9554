/** The study as one page that opens from disk: each claim with its figures, its tests and its verdicts. No scripts. */
import { groupsOf } from '@netspace/analysis/group';
import { makeDocument } from '@netspace/report/document';
import { markup, trusted, type Html } from '@netspace/report/html';
import { summarise, summaryElement, type ReportSummary } from '@netspace/report/report-summary';
import { design } from './design.ts';
import { drawClaim } from './figures.ts';
import { trainingSeconds, type Study, type Tested, type TestedClaim } from './study.ts';
import { duration, effectOf, pOf } from './wording.ts';

const ownStyle = `
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.holds { color: var(--space-3); }
.verdict.does-not-hold { color: var(--space-2); }
.verdict.not-resolved, .verdict.not-measured { color: var(--muted); }
td:nth-child(2), th:nth-child(2) { text-align: left; white-space: normal; min-width: 16rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.5rem; }
.pictures .picture { flex: 1 1 20rem; max-width: 46rem; }
`;

export async function makeFindingsPage(study: Study, data: string): Promise<string> {
  const sections: Html[] = [];
  for (const claim of study.claims) sections.push(await claimSection(claim, study));
  return makeDocument({
    title: "The papers' findings, tested again",
    about: summaryElement(summaryOf(study, data)),
    style: ownStyle,
    body: markup`<header>
          <h1>The papers' findings, tested again<span class="kicker">${data}</span></h1>
          <p class="finding">${headline(study)}</p>
          <p class="detail">${method}</p>
        </header>
        <main>${overview(study)} ${sections}</main>
        <footer>Made by netspace. The populations are in reports/findings.</footer>`,
  });
}

/** For lists of reports: the verdicts, and the spaces of the main chain as a small picture. */
function summaryOf(study: Study, data: string): ReportSummary {
  const chain = [...study.populations].filter(([name]) => /^(AnyNetX-[A-E]|RegNetX)$/.test(name));
  const groups = groupsOf(
    chain.flatMap(([, members]) => members),
    [],
  );
  const titles = { title: "The papers' findings, tested again", subtitle: data, made: undefined };
  return summarise(titles, { headline: headline(study), detail: method, groups });
}

const method = `A claim holds, or does not, where its p-value, corrected by Holm's method for all tests of the study, is below ${design.level}. Means are compared by Welch's test, and intervals are those of the BCa bootstrap. All margins were declared before: ${100 * design.margin} points of error, ${100 * design.muchWorse} for "much worse".`;

function headline({ claims }: Study): string {
  const verdicts = claims.flatMap(({ tests }) => tests.map(({ decision }) => decision.verdict));
  const count = (verdict: string): number => verdicts.filter((each) => each === verdict).length;
  const missing = count('not measured');
  return `Of ${verdicts.length} claims ${count('holds')} hold, ${count('does not hold')} do not, ${count('not resolved')} are not resolved${missing > 0 ? `, ${missing} not measured` : ''}`;
}

function overview({ claims }: Study): Html {
  return markup`<section aria-labelledby="overview">
    <h2 id="overview">All verdicts</h2>
    ${table(claims.flatMap(({ tests }) => tests))}
  </section>`;
}

async function claimSection(tested: TestedClaim, study: Study): Promise<Html> {
  const { claim, tests, spaces } = tested;
  const pictures = (await drawClaim(tested, study)).map(
    (svg) => markup`<div class="picture" role="img" aria-label="${claim.title}">${trusted(svg)}</div>`,
  );
  const members = spaces.map((space) => study.populations.get(space) ?? []);
  const sizes = spaces.map((space, i) => `${space} ${members[i]?.length ?? 0}`).join(', ');
  const failed = members.flat().filter(({ status }) => status !== 'completed').length;
  const about =
    spaces.length === 0
      ? 'Its populations are not there yet.'
      : `Networks: ${sizes}; ${failed} of them failed or diverged and count with error 1. Trained in ${duration(trainingSeconds(members.flat()))}.`;
  return markup`<section id="claim-${claim.id}" aria-labelledby="claim-${claim.id}-title">
    <h2 id="claim-${claim.id}-title">${claim.id} ${claim.title}</h2>
    <p class="note">${claim.source}. ${about}</p>
    <div class="pictures">${pictures}</div>
    ${table(tests)}
  </section>`;
}

function table(tests: readonly Tested[]): Html {
  const rows = tests.map((tested) => {
    const { estimate, interval } = effectOf(tested);
    const { verdict } = tested.decision;
    return markup`<tr>
      <th scope="row">${tested.test.id}</th>
      <td>${tested.test.claim}</td>
      <td>${estimate}</td>
      <td>${interval}</td>
      <td>${pOf(tested)}</td>
      <td><span class="verdict ${verdict.replaceAll(' ', '-')}">${verdict}</span></td>
    </tr>`;
  });
  return markup`<div class="scrolling" tabindex="0" role="region" aria-label="Verdicts">
    <table>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Claim</th>
          <th scope="col">Effect</th>
          <th scope="col">95 % interval</th>
          <th scope="col">p, corrected</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
}
