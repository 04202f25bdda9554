/** What may be done to a sweep where the dashboard was started with --allow-write. */
import { useState } from 'preact/hooks';
import type { SweepDetail } from '../sweep-schema.ts';
import { change, messageOf } from './request.ts';
import { go } from './route.ts';
import { count } from './words.ts';

/** What cannot be undone is asked for twice. */
export function SweepActions({ sweep }: { sweep: SweepDetail }) {
  const [asked, setAsked] = useState<'cancel' | 'remove'>();
  const [told, setTold] = useState('');
  const { counts } = sweep;
  const act = async (verb: 'retry' | 'cancel' | 'remove'): Promise<void> => {
    setAsked(undefined);
    const address = `/api/sweeps/${sweep.id}${verb === 'remove' ? '' : `/${verb}`}`;
    try {
      const { trials } = await change<{ trials: number }>(verb === 'remove' ? 'DELETE' : 'POST', address);
      if (verb === 'remove') go('/');
      setTold(`${count(trials, 'trial')} ${verb === 'retry' ? 'planned again' : 'cancelled'}.`);
    } catch (error) {
      setTold(messageOf(error));
    }
  };
  const open = counts.planned + counts.leased;
  return (
    <div class="toolbar" role="group" aria-label="Change the sweep">
      <button
        type="button"
        disabled={counts.failed + counts.cancelled === 0}
        onClick={() => void act('retry')}
      >
        Retry failed and cancelled
      </button>
      <button type="button" disabled={open === 0} onClick={() => setAsked('cancel')}>
        Cancel …
      </button>
      <button type="button" onClick={() => setAsked('remove')}>
        Delete …
      </button>
      {asked !== undefined && (
        <span class="asked">
          {asked === 'cancel'
            ? `Cancel ${count(open, 'trial')} that have not ended?`
            : 'Delete the sweep and all its trials, for good?'}{' '}
          <button type="button" ref={focusOn} onClick={() => void act(asked)}>
            Yes, {asked === 'cancel' ? 'cancel' : 'delete'}
          </button>{' '}
          <button type="button" onClick={() => setAsked(undefined)}>
            No
          </button>
        </span>
      )}
      <span role="status">{told}</span>
    </div>
  );
}

/** Who asks by keyboard answers by keyboard. */
function focusOn(button: HTMLButtonElement | null): void {
  button?.focus();
}
