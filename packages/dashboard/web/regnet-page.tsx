/** The RegNet explorer: sliders, and at once the network that they make. All of it is computed in the browser. */
import { formatQuantity } from '@netspace/network/quantity';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SweepList } from '../sweep-schema.ts';
import type { TrialPage } from '../trial-schema.ts';
import { CopyBox } from './copy-box.tsx';
import { useLoaded } from './loaded.ts';
import { Memberships } from './memberships.tsx';
import { NumberField } from './number-field.tsx';
import { AmongFigure, WidthFigure } from './regnet-figures.tsx';
import { formOf, forms, formTitles, type Form } from './regnet-forms.ts';
import {
  explain,
  knobs,
  nearestModel,
  publishedStates,
  readState,
  writeState,
  type Explained,
  type RegNetState,
} from './regnet-state.ts';
import { go, usePlace, withQuery } from './route.ts';
import { StageDrawing } from './stage-drawing.tsx';

/** Milliseconds after the last movement of a slider; browsers take only so many addresses a second. */
const settle = 250;

export function RegNetPage() {
  const { query } = usePlace();
  const written = query.toString();
  const [state, setState] = useState(() => readState(query));
  useEffect(() => setState(readState(new URLSearchParams(written))), [written]);
  useEffect(() => {
    const seen = location.search;
    const write = (): void => {
      // Whoever has gone elsewhere meanwhile, back for one, finds that place as it was.
      if (location.search !== seen) return;
      const now = new URLSearchParams(location.search);
      if (knobs.some(({ name }) => readState(now)[name] !== state[name]))
        go(withQuery(now, writeState(state)), { replace: true });
    };
    const timer = setTimeout(write, settle);
    return () => clearTimeout(timer);
  }, [state]);
  const explained = useMemo(() => explain(state), [state]);
  const load = (name: string): void => {
    const model = publishedStates.find((each) => each.name === name);
    if (model) go(withQuery(query, writeState(model.state)));
  };
  return (
    <div class="explorer">
      <h1>RegNet explorer</h1>
      <form class="knobs" onSubmit={(event) => event.preventDefault()}>
        <label class="starting">
          Start from{' '}
          <select value={modelOf(state)} onChange={({ currentTarget }) => load(currentTarget.value)}>
            <option value="">a published RegNet …</option>
            {publishedStates.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {knobs.map((knob) => (
          <NumberField
            key={knob.name}
            {...knob}
            id={`knob-${knob.name}`}
            value={state[knob.name]}
            onChange={(value) => setState((before) => ({ ...before, [knob.name]: value }))}
          />
        ))}
      </form>
      {'problem' in explained ? (
        <p class="problem" role="alert">
          {explained.problem}
        </p>
      ) : (
        <Result explained={explained} state={state} onPick={load} />
      )}
    </div>
  );
}

function modelOf(state: RegNetState): string {
  return (
    publishedStates.find((model) => knobs.every(({ name }) => model.state[name] === state[name]))?.name ?? ''
  );
}

function Result(props: { explained: Explained; state: RegNetState; onPick: (name: string) => void }) {
  const { explained, state, onPick } = props;
  const { network, complexity, quantized } = explained;
  const nearest = nearestModel(complexity);
  return (
    <div class="explored">
      <dl class="figures-row">
        {(['flops', 'params', 'activations'] as const).map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-measure={name} title={complexity[name].toLocaleString('en')}>
              {formatQuantity(complexity[name])}
            </dd>
          </div>
        ))}
        <div>
          <dt>nearest published</dt>
          <dd class="nearest">{nearest?.name}</dd>
        </div>
      </dl>
      {!quantized.regular && (
        <p class="note">
          Not regular: {quantized.levels} levels make {quantized.stages.length} stages, so no RegNet space has
          it.
        </p>
      )}
      <WidthFigure {...explained} />
      <StageDrawing network={network} resolution={state.r} />
      <Among complexity={complexity} onPick={onPick} />
      <Forms state={state} network={network} />
      <Memberships network={network} />
    </div>
  );
}

/** The figures among the published models, and the trials of a sweep of one's own. */
function Among({
  complexity,
  onPick,
}: {
  complexity: Explained['complexity'];
  onPick: (name: string) => void;
}) {
  const { query } = usePlace();
  const { value: list } = useLoaded<SweepList>('/api/sweeps', ({ kind }) => kind === 'changed');
  const sweeps = list?.sweeps ?? [];
  const chosen = query.get('sweep') ?? String(sweeps[0]?.id ?? '');
  const { value: page } = useLoaded<TrialPage>(
    chosen === '' || chosen === 'none'
      ? undefined
      : `/api/sweeps/${encodeURIComponent(chosen)}/trials?limit=500`,
  );
  const trials = chosen === 'none' ? [] : (page?.trials ?? []);
  return (
    <section aria-labelledby="among">
      <h2 id="among">Among others</h2>
      <p class="legend">
        <span class="key here-key" /> this network <span class="key family-x" /> RegNetX{' '}
        <span class="key family-y" /> RegNetY <span class="key family-r" /> ResNet and ResNeXt
        {sweeps.length > 0 && (
          <label class="own-choice">
            <span class="key own-key" /> trials of{' '}
            <select
              value={chosen}
              onChange={({ currentTarget }) =>
                go(withQuery(query, { sweep: currentTarget.value }), { replace: true })
              }
            >
              <option value="none">no sweep</option>
              {sweeps.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </p>
      <div class="pair">
        <AmongFigure complexity={complexity} measure="params" trials={trials} onPick={onPick} />
        <AmongFigure complexity={complexity} measure="activations" trials={trials} onPick={onPick} />
      </div>
    </section>
  );
}

function Forms({ state, network }: { state: RegNetState; network: Explained['network'] }) {
  const { query } = usePlace();
  const form = forms.find((each) => each === query.get('form')) ?? 'command';
  const choose = (next: Form): void => go(withQuery(query, { form: next }), { replace: true });
  return (
    <section aria-labelledby="take-away">
      <h2 id="take-away">Take it away</h2>
      <div class="choices" role="group" aria-label="Form">
        {forms.map((each) => (
          <button key={each} type="button" aria-pressed={each === form} onClick={() => choose(each)}>
            {formTitles[each]}
          </button>
        ))}
      </div>
      <CopyBox text={formOf(form, state, network)} label={formTitles[form]} />
    </section>
  );
}
