/** Up to eight selections of trials against each other. The address is the selection. */
import type { Edf, PairComparison, Selection } from '../selection-schema.ts';
import type { PageProps } from './app.tsx';
import { EdfFigure, EdfTable, selectionQuery } from './edf-figure.tsx';
import { ofSweeps, useComputed } from './loaded.ts';
import { NormalizedFigures, ParameterRanges, type AnalysisResult } from './analysis-figures.tsx';
import { PairsTable } from './pairs-table.tsx';
import { ReportButton } from './report-button.tsx';
import { go, usePlace } from './route.ts';
import { SelectionPicker } from './selection-picker.tsx';
import { readSelections, writeSelections } from './selections.ts';
import { Shown } from './states.tsx';

export function ComparePage(_props: PageProps) {
  const { query } = usePlace();
  const selections = readSelections(query);
  return (
    <>
      <h1>Compare</h1>
      <SelectionPicker chosen={selections} />
      {selections.length === 0 ? (
        <p class="empty">
          Add two selections or more: sweeps, their spaces, or any part of them that a filter lets through.
          Their error distributions, with what can be said of the differences, come below; the address of the
          page is the selection.
        </p>
      ) : (
        <Compared selections={selections} />
      )}
    </>
  );
}

function Compared({ selections }: { selections: readonly Selection[] }) {
  const sweeps = [...new Set(selections.map(({ sweep }) => sweep))];
  const asked = selectionQuery(selections);
  const edfs = useComputed<{ edfs: Edf[] }>(`/api/edfs?${asked}`, ofSweeps(sweeps));
  // Nothing can be said of networks that have no result yet.
  const hasResults = edfs.value?.edfs.every(({ n }) => n > 0) === true;
  const isComparable = selections.length > 1 && hasResults;
  const pairs = useComputed<{ pairs: PairComparison[] }>(
    isComparable ? `/api/comparison?${asked}` : undefined,
    ofSweeps(sweeps),
  );
  const analysis = useComputed<AnalysisResult>(
    hasResults ? `/api/analysis?${asked}` : undefined,
    ofSweeps(sweeps),
  );
  const [first] = pairs.value?.pairs ?? [];
  return (
    <>
      <Chosen selections={selections} names={edfs.value?.edfs.map(({ name }) => name) ?? []} />
      {first !== undefined && pairs.value?.pairs.length === 1 && (
        <>
          <p class="finding">{first.headline}</p>
          <p>{first.detail}</p>
        </>
      )}
      <Shown of={edfs} what="the errors">
        {(value) => (
          <>
            <EdfFigure edfs={value.edfs} label="EDFs of the selections with their 95 % bands" height={360} />
            <EdfTable edfs={value.edfs} />
          </>
        )}
      </Shown>
      {isComparable && (
        <section aria-labelledby="pairs">
          <h2 id="pairs">Each against each</h2>
          <Shown of={pairs} what="the comparison">
            {(value) => <PairsTable pairs={value.pairs} />}
          </Shown>
        </section>
      )}
      {hasResults && (
        <Shown of={analysis} what="what the networks have in common">
          {(value) => (
            <>
              <NormalizedFigures analysis={value} />
              <ParameterRanges analysis={value} />
            </>
          )}
        </Shown>
      )}
      <ReportButton selections={selections} />
    </>
  );
}

interface ChosenProps {
  readonly selections: readonly Selection[];
  /** As the figures call them, once that is known. */
  readonly names: readonly string[];
}

function Chosen({ selections, names }: ChosenProps) {
  return (
    <ul class="chosen">
      {selections.map((selection, i) => (
        <li key={JSON.stringify(selection)}>
          <span class={`swatch space-${(i % 6) + 1}`} />{' '}
          {names.length === selections.length ? names[i] : describe(selection)}{' '}
          <button
            type="button"
            class="plain"
            aria-label={`Leave out selection ${i + 1}`}
            onClick={() => go(writeSelections(selections.filter((_, j) => j !== i)))}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

function describe({ sweep, space, where }: Selection): string {
  return [`sweep ${sweep}`, space, where].filter((part) => part !== undefined).join(', ');
}
