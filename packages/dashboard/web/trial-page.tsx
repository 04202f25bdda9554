/** A trial: its network, its curve, and all that is known of how it came about. */
import { parseNetwork } from '@netspace/network/interchange';
import { formatQuantity } from '@netspace/network/quantity';
import type { Network } from '@netspace/network/network';
import type { TrialDetail } from '../trial-schema.ts';
import { AnnotationEditor } from './annotations.tsx';
import type { PageProps } from './app.tsx';
import { CopyBox } from './copy-box.tsx';
import { CurveFigure } from './curve-figure.tsx';
import { useLoaded } from './loaded.ts';
import { StageDrawing } from './stage-drawing.tsx';
import { Shown } from './states.tsx';
import { moment, percent } from './words.ts';

export function TrialPage({ name, about }: PageProps) {
  const id = Number(name);
  const loaded = useLoaded<TrialDetail>(
    `/api/trials/${id}`,
    ({ kind }) => kind === 'changed' || kind === 'ended',
  );
  const { value } = loaded;
  return (
    <>
      <p class="path">
        <a href="/">Sweeps</a> /{' '}
        {value && (
          <>
            <a href={`/sweeps/${value.sweepId}`}>sweep {value.sweepId}</a> /
          </>
        )}
      </p>
      <h1>{value === undefined ? `Trial ${id}` : `${value.space} ${value.index + 1}`}</h1>
      <Shown of={loaded} what="the trial">
        {(trial) => (
          <>
            <Facts {...trial} />
            <AnnotationEditor
              of={`/api/trials/${id}`}
              annotation={trial.annotation}
              allowWrite={about?.allowWrite === true}
            />
            <section aria-labelledby="network">
              <h2 id="network">Network</h2>
              <StageDrawing network={plain(trial.network)} />
              <Explore {...trial} />
            </section>
            <CurveFigure attempts={trial.attempts} curve={trial.curve ?? []} />
            <Attempts {...trial} />
            {trial.trainAgain !== undefined && (
              <section aria-labelledby="again">
                <h2 id="again">Train it again</h2>
                <CopyBox text={trial.trainAgain} label="Commands" />
              </section>
            )}
            <Record title="Recipe" record={trial.recipe} />
            <Record title="Environment" record={trial.provenance} />
          </>
        )}
      </Shown>
    </>
  );
}

/** As it came from the server, which checked it. */
function plain(network: TrialDetail['network']): Network {
  return parseNetwork(network, 'the trial');
}

function Facts({ status, error, bestError, flops, params, activations, reason, stopped }: TrialDetail) {
  return (
    <>
      <dl class="figures-row">
        <div>
          <dt>error</dt>
          <dd>{percent(error)}</dd>
        </div>
        <div>
          <dt>best epoch</dt>
          <dd>{percent(bestError)}</dd>
        </div>
        {Object.entries({ flops, params, activations }).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value?.toLocaleString('en')}>{value === undefined ? '–' : formatQuantity(value)}</dd>
          </div>
        ))}
        <div>
          <dt>status</dt>
          <dd>{status === 'leased' ? 'in training' : status}</dd>
        </div>
      </dl>
      {stopped !== undefined && (
        <p class="note">
          Stopped after epoch {stopped.epoch} by {stopped.by}.
        </p>
      )}
      {reason !== undefined && (
        <pre tabIndex={0} role="region" aria-label="Reason">
          {reason}
        </pre>
      )}
    </>
  );
}

/** To the RegNet explorer, for a network that its generator made. */
function Explore({ generator, network }: TrialDetail) {
  const [stage] = network.stages;
  if (generator === undefined || stage === undefined) return null;
  const { depth, initialWidth, widthSlope, widthMultiplier } = generator;
  const query = new URLSearchParams(
    Object.entries({
      d: depth,
      w0: initialWidth,
      wa: widthSlope,
      wm: widthMultiplier,
      g: Math.max(...network.stages.map(({ groupWidth = 1 }) => groupWidth)),
      b: stage.bottleneckRatio ?? 1,
      se: network.seRatio ?? 0,
    }).map(([name, value]) => [name, String(value)]),
  );
  return (
    <p>
      <a href={`/regnet?${query}`}>Open it in the RegNet explorer</a>
    </p>
  );
}

function Attempts({ attempts }: TrialDetail) {
  if (attempts.length === 0) return null;
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Table of attempts">
        <table>
          <thead>
            <tr>
              <th scope="col">Attempt</th>
              <th scope="col">Status</th>
              <th scope="col">Epochs</th>
              <th scope="col">Began</th>
              <th scope="col">Ended</th>
              <th scope="col" class="words">
                Worker
              </th>
              <th scope="col" class="words">
                Reason
              </th>
            </tr>
          </thead>
          <tbody>
            {attempts.map(({ attempt, status, curve, startedAt, finishedAt, owner, reason }) => (
              <tr key={attempt}>
                <th scope="row">{attempt}</th>
                <td>{status === 'leased' ? 'in training' : status}</td>
                <td>{curve.length}</td>
                <td>{moment(startedAt)}</td>
                <td>{moment(finishedAt)}</td>
                <td class="words">{owner}</td>
                <td class="words">{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Record({ title, record }: { title: string; record: Readonly<Record<string, unknown>> | undefined }) {
  if (record === undefined) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <table class="record">
        <tbody>
          {Object.entries(record).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="words">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
