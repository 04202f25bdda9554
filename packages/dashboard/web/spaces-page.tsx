/** Design spaces, the built-in and one's own: what they declare, how large they are, what their rules remove, and samples of them. */
import { builtinSpaces } from '@netspace/space/builtin';
import { useState } from 'preact/hooks';
import type { PageProps } from './app.tsx';
import { CopyBox } from './copy-box.tsx';
import { go, usePlace, withQuery } from './route.ts';
import { SampleFigures } from './sample-figures.tsx';
import { useSpace, type SpaceKnown } from './space-thread.ts';

const samples = 300;
const first = builtinSpaces()[0]?.name ?? '';
const example = `name: mine
extends: anynet-e
dimensions:
  width: { kind: log-uniform, low: 16, high: 512, step: 16 }
`;

export function SpacesPage({ name }: PageProps) {
  const { query } = usePlace();
  const yaml = query.get('yaml');
  const seed = Number(query.get('seed') ?? 1) || 1;
  const own = yaml !== null && name === '';
  const shown = name === '' ? first : name;
  const known = useSpace(own ? { yaml } : { name: shown }, seed, samples);
  return (
    <div class="explorer">
      <h1>Design spaces</h1>
      <div class="knobs">
        <ul class="space-list">
          {builtinSpaces().map((space) => (
            <li key={space.name}>
              <a
                href={`/spaces/${space.name}`}
                aria-current={!own && space.name === shown ? 'true' : undefined}
              >
                {space.name}
              </a>
            </li>
          ))}
        </ul>
        <OwnSpace yaml={yaml ?? example} />
      </div>
      <div class="explored" aria-live="off">
        <Known known={known} seed={seed} />
      </div>
    </div>
  );
}

/** Its text is a part of the address, so that it can be sent to somebody. */
function OwnSpace({ yaml }: { yaml: string }) {
  const [text, setText] = useState(yaml);
  return (
    <form
      class="own-space"
      onSubmit={(event) => {
        event.preventDefault();
        go(`/spaces?${new URLSearchParams({ yaml: text })}`);
      }}
    >
      <label for="own-yaml">A space of your own, in YAML</label>
      <textarea
        id="own-yaml"
        rows={8}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button>Show it</button>
    </form>
  );
}

function Known({ known, seed }: { known: SpaceKnown; seed: number }) {
  const { query } = usePlace();
  const { facts, size, rules, networks, drawn, problem, done } = known;
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {facts && (
        <>
          <h2 class="space-name">{facts.name}</h2>
          <p>{facts.sentence}</p>
        </>
      )}
      {facts && (
        <dl class="facts">
          <dt>Size</dt>
          <dd data-fact="size">{size?.text ?? (done ? 'unknown' : 'counting …')}</dd>
          <dt>Free dimensions</dt>
          <dd>{size?.free ?? '…'}</dd>
          {facts.dimensions.map(({ name, text }) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>{text}</dd>
            </>
          ))}
        </dl>
      )}
      {networks.length > 0 && (
        <section aria-labelledby="sample">
          <h2 id="sample">Sample</h2>
          <p class="toolbar">
            <span role="status">
              {networks.length} networks of {drawn} draws
            </span>
            <button
              type="button"
              onClick={() => go(withQuery(query, { seed: String(seed + 1) }), { replace: true })}
            >
              Draw others
            </button>
          </p>
          <SampleFigures networks={networks} />
        </section>
      )}
      {rules && rules.effects.length > 0 && <Rules {...rules} />}
      {facts && (
        <section aria-labelledby="declaration">
          <h2 id="declaration">Declaration</h2>
          <CopyBox text={facts.declaration} label="YAML" />
        </section>
      )}
    </>
  );
}

function Rules({ effects }: NonNullable<SpaceKnown['rules']>) {
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">What each rule removes</h2>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Table of rules">
        <table>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Points before</th>
              <th scope="col">Points after</th>
            </tr>
          </thead>
          <tbody>
            {effects.map(({ rule, sentence, before, after }) => (
              <tr key={rule}>
                <th scope="row" class="rule-name">
                  {rule}
                  <span class="quiet">{sentence}</span>
                </th>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
