/** Keys that lead from page to page, and the list of them that `?` shows. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { go } from './route.ts';

export const destinations = [
  { key: 's', address: '/', title: 'Sweeps' },
  { key: 'c', address: '/compare', title: 'Compare' },
  { key: 'r', address: '/regnet', title: 'RegNet explorer' },
  { key: 'd', address: '/spaces', title: 'Design spaces' },
  { key: 'z', address: '/zoo', title: 'Published models' },
  { key: 'p', address: '/reports', title: 'Reports' },
] as const;

/** Milliseconds in which the second key must follow. */
const patience = 1500;

export function Shortcuts() {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not after the first picture: who sees the page may press a key.
  useLayoutEffect(() => {
    let since = -Infinity;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') dialog.current?.showModal();
      else if (event.key === '/') focusFilter(event);
      else if (event.key === 'g') since = event.timeStamp;
      else if (event.timeStamp - since < patience) {
        const destination = destinations.find(({ key }) => key === event.key);
        if (destination) go(destination.address);
        since = -Infinity;
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <>
      <button
        type="button"
        class="plain"
        onClick={() => dialog.current?.showModal()}
        aria-label="Keyboard shortcuts"
      >
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="shortcuts-title">
        <h2 id="shortcuts-title">Keyboard</h2>
        <dl class="shortcuts">
          {destinations.map(({ key, title }) => (
            <div key={key}>
              <dt>
                <kbd>g</kbd> <kbd>{key}</kbd>
              </dt>
              <dd>{title}</dd>
            </div>
          ))}
          <div>
            <dt>
              <kbd>/</kbd>
            </dt>
            <dd>to the filter of the page</dd>
          </div>
          <div>
            <dt>
              <kbd>←</kbd> <kbd>→</kbd>
            </dt>
            <dd>move a slider</dd>
          </div>
          <div>
            <dt>
              <kbd>?</kbd>
            </dt>
            <dd>this list; Escape closes it</dd>
          </div>
        </dl>
        <form method="dialog">
          <button>Close</button>
        </form>
      </dialog>
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function focusFilter(event: KeyboardEvent): void {
  const filter = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (!filter) return;
  event.preventDefault();
  filter.focus();
}
