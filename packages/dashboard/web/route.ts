/** Where the page is: its address is the only place where its state is kept, so that back, forward and a copied link are right. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const moved = 'netspace:moved';

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Goes to an address of these pages; `replace` leaves no step for the back button. */
export function go(address: string, { replace = false } = {}): void {
  if (address === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new Event(moved));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = (): void => setPlace(here());
    addEventListener('popstate', update);
    addEventListener(moved, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(moved, update);
    };
  }, []);
  return place;
}

/** The address with some parts of its query changed; `undefined` and "" leave a part out. */
export function withQuery(
  query: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes))
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  const text = next.toString();
  return location.pathname + (text === '' ? '' : `?${text}`);
}

/** Clicks on links to these pages change the page and load nothing anew; with a key held they are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/api/') || (link.hash !== '' && link.pathname === location.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
  scrollTo(0, 0);
}
