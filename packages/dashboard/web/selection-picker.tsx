/** Chooses what is compared: a sweep, one of its spaces, a filter. */
import { useState } from 'preact/hooks';
import type { Selection } from '../selection-schema.ts';
import type { SweepDetail, SweepList } from '../sweep-schema.ts';
import { useLoaded } from './loaded.ts';
import { go } from './route.ts';
import { mostSelections, writeSelections } from './selections.ts';

export function SelectionPicker({ chosen }: { chosen: readonly Selection[] }) {
  const { value: list } = useLoaded<SweepList>('/api/sweeps', ({ kind }) => kind === 'changed');
  const sweeps = list?.sweeps ?? [];
  const [wanted, setWanted] = useState<number>();
  const sweep = wanted ?? sweeps[0]?.id;
  const { value: detail } = useLoaded<SweepDetail>(sweep === undefined ? undefined : `/api/sweeps/${sweep}`);
  const [space, setSpace] = useState('');
  const [where, setWhere] = useState('');
  if (sweep === undefined) return <p class="quiet">There is no sweep to choose from yet.</p>;
  const add = (): void => {
    const selection = {
      sweep,
      ...(space !== '' && { space }),
      ...(where.trim() !== '' && { where: where.trim() }),
    };
    go(writeSelections([...chosen, selection]));
  };
  const addSpaces = (): void => {
    const all = (detail?.spaces ?? []).map((each) => ({ sweep, space: each }));
    go(writeSelections([...chosen, ...all].slice(0, mostSelections)));
  };
  const full = chosen.length >= mostSelections;
  return (
    <form
      class="toolbar picker"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <select
        aria-label="Sweep"
        value={sweep}
        onChange={({ currentTarget }) => {
          setWanted(Number(currentTarget.value));
          setSpace('');
        }}
      >
        {sweeps.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Space"
        value={space}
        onChange={({ currentTarget }) => setSpace(currentTarget.value)}
      >
        <option value="">all its networks</option>
        {(detail?.spaces ?? []).map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <input
        type="search"
        class="wide-input"
        aria-label="Filter"
        placeholder="filter, such as flops < 400M"
        value={where}
        onInput={({ currentTarget }) => setWhere(currentTarget.value)}
      />
      <button disabled={full}>Add</button>
      <button type="button" disabled={full || (detail?.spaces.length ?? 0) < 2} onClick={addSpaces}>
        Add each space
      </button>
    </form>
  );
}
