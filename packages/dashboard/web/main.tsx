/** The pages of the dashboard: the sweeps of the store, live. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SweepList, SweepSummary } from '../sweep-schema.ts';
import './style.css';

function Sweeps() {
  const [sweeps, setSweeps] = useState<readonly SweepSummary[]>([]);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await fetch('/api/sweeps');
      if (answer.ok) setSweeps(((await answer.json()) as SweepList).sweeps);
    };
    void read();
    const events = new EventSource('/api/events');
    for (const kind of ['changed', 'reset']) events.addEventListener(kind, () => void read());
    return () => events.close();
  }, []);
  return (
    <table>
      <caption>Sweeps</caption>
      <thead>
        <tr>
          <th scope="col">Sweep</th>
          <th scope="col">Completed</th>
          <th scope="col">Running</th>
          <th scope="col">Failed</th>
          <th scope="col">Best error</th>
        </tr>
      </thead>
      <tbody>
        {sweeps.map(({ id, name, counts, leastError }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{counts.completed}</td>
            <td>{counts.leased}</td>
            <td>{counts.failed}</td>
            <td>{leastError === undefined ? '–' : `${(leastError * 100).toFixed(2)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const place = document.getElementById('page');
if (place) render(<Sweeps />, place);
