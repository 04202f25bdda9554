/** The published models, as netspace zoo prints them. */
import { formatQuantity } from '@netspace/network/quantity';
import type { Zoo } from '../space-schema.ts';
import type { PageProps } from './app.tsx';
import { useLoaded } from './loaded.ts';
import { Shown } from './states.tsx';
import { percent } from './words.ts';

type Model = Zoo['models'][number];

export function ZooPage(_props: PageProps) {
  const loaded = useLoaded<Zoo>('/api/zoo');
  return (
    <>
      <h1>Published models</h1>
      <p>
        Errors on ImageNet after 100 epochs, complexity at 224 pixels. A RegNet opens in the explorer, with
        the parameters that made it.
      </p>
      <Shown of={loaded} what="the models">
        {({ models }) => (
          <div class="scrolling" tabIndex={0} role="region" aria-label="Table of models">
            <table>
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col">Error</th>
                  <th scope="col">Flops</th>
                  <th scope="col">Params</th>
                  <th scope="col">Activations</th>
                  <th scope="col">Depths</th>
                  <th scope="col">Widths</th>
                </tr>
              </thead>
              <tbody>
                {models.map((model) => (
                  <Row key={model.name} {...model} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
    </>
  );
}

function Row({ name, parameters, network, flops, params, activations, top1Error }: Model) {
  return (
    <tr>
      <th scope="row">{parameters === undefined ? name : <a href={addressOf(parameters)}>{name}</a>}</th>
      <td>{percent(top1Error)}</td>
      <td>{formatQuantity(flops)}</td>
      <td>{formatQuantity(params)}</td>
      <td>{formatQuantity(activations)}</td>
      <td>{network.stages.map(({ depth }) => depth).join(' ')}</td>
      <td>{network.stages.map(({ width }) => width).join(' ')}</td>
    </tr>
  );
}

function addressOf(parameters: NonNullable<Model['parameters']>): string {
  const names = {
    d: 'depth',
    w0: 'initialWidth',
    wa: 'widthSlope',
    wm: 'widthMultiplier',
    g: 'groupWidth',
    b: 'bottleneckRatio',
    se: 'seRatio',
  };
  const written = Object.entries(names).map(([knob, name]) => [knob, String(parameters[name])]);
  return `/regnet?${new URLSearchParams(written)}`;
}
