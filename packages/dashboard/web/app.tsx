/** The frame of all pages: where one can go, what the store is, and the page that the address names. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { About } from '../report-schema.ts';
import { keptTheme, setTheme, type Theme } from './colors.ts';
import { useLoaded } from './loaded.ts';
import { useConnection, type Connection } from './live.ts';
import { messageOf } from './request.ts';
import { followLinks, usePlace } from './route.ts';
import { destinations, Shortcuts } from './shortcuts.tsx';
import { duration } from './words.ts';

export interface PageProps {
  /** The part of the address that varies: a number, a name; else "". */
  readonly name: string;
  readonly about: About | undefined;
}

interface Page {
  readonly pattern: RegExp;
  readonly title: string;
  /** Of the navigation, where the page is found. */
  readonly below: string;
  readonly load: () => Promise<FunctionComponent<PageProps>>;
}

/** Each is loaded when it is first gone to. */
const pages: readonly Page[] = [
  {
    pattern: /^\/(?:sweeps)?$/,
    title: 'Sweeps',
    below: '/',
    load: async () => (await import('./sweeps-page.tsx')).SweepsPage,
  },
  {
    pattern: /^\/sweeps\/([1-9]\d*)$/,
    title: 'Sweep',
    below: '/',
    load: async () => (await import('./sweep-page.tsx')).SweepPage,
  },
  {
    pattern: /^\/trials\/([1-9]\d*)$/,
    title: 'Trial',
    below: '/',
    load: () => quietly(async () => (await import('./trial-page.tsx')).TrialPage),
  },
  {
    pattern: /^\/compare$/,
    title: 'Compare',
    below: '/compare',
    load: async () => (await import('./compare-page.tsx')).ComparePage,
  },
  {
    pattern: /^\/spaces(?:\/([^/]+))?$/,
    title: 'Design spaces',
    below: '/spaces',
    load: () => quietly(async () => (await import('./spaces-page.tsx')).SpacesPage),
  },
  {
    pattern: /^\/zoo$/,
    title: 'Published models',
    below: '/zoo',
    load: async () => (await import('./zoo-page.tsx')).ZooPage,
  },
  {
    pattern: /^\/reports(?:\/([\da-f]+)\/view)?$/,
    title: 'Reports',
    below: '/reports',
    load: async () => (await import('./reports-page.tsx')).ReportsPage,
  },
  {
    pattern: /^\/regnet$/,
    title: 'RegNet explorer',
    below: '/regnet',
    load: () => quietly(async () => (await import('./regnet-page.tsx')).RegNetPage),
  },
];

/** For pages that parse spaces as soon as they are loaded. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  await import('./jitless.ts');
  return load();
}

export function App() {
  const { path } = usePlace();
  const { value: about } = useLoaded<About>('/api/about');
  useEffect(() => {
    addEventListener('click', followLinks);
    return () => removeEventListener('click', followLinks);
  }, []);
  const page = pages.find(({ pattern }) => pattern.test(path));
  useEffect(() => {
    document.title = page === undefined ? 'netspace' : `${page.title} – netspace`;
  }, [page]);
  return (
    <>
      <a class="skip" href="#page-content">
        To the content
      </a>
      <Header below={page?.below} about={about} />
      <main id="page-content">
        {page === undefined ? (
          <Nowhere />
        ) : (
          <LazyPage
            key={page.title}
            page={page}
            name={decode(page.pattern.exec(path)?.[1] ?? '')}
            about={about}
          />
        )}
      </main>
    </>
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Header({ below, about }: { below: string | undefined; about: About | undefined }) {
  const connection = useConnection();
  return (
    <header>
      <nav aria-label="Pages">
        <a class="brand" href="/">
          netspace
        </a>
        {destinations.map(({ address, title }) => (
          <a key={address} href={address} aria-current={address === below ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="corner">
        <span class={connection.connected ? 'live' : 'lost'} role="status">
          {describe(connection)}
        </span>
        {about && (
          <span class="store" title={about.store}>
            {about.store}
          </span>
        )}
        {about && !about.allowWrite && (
          <span class="tag" title="netspace dashboard --allow-write lets pages change what is in the store">
            read only
          </span>
        )}
        <ThemeChoice />
        <Shortcuts />
      </div>
    </header>
  );
}

function describe({ connected, away }: Connection): string {
  if (!connected) return 'connection lost, trying again';
  return away === undefined ? 'live' : `live again, was away for ${duration(Math.max(1, away))}`;
}

function ThemeChoice() {
  const [theme, choose] = useState(keptTheme);
  return (
    <select
      class="plain"
      aria-label="Colours"
      value={theme}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value as Theme;
        setTheme(next);
        choose(next);
      }}
    >
      <option value="auto">auto</option>
      <option value="light">light</option>
      <option value="dark">dark</option>
    </select>
  );
}

function LazyPage({ page, name, about }: { page: Page } & PageProps) {
  const [Shown, setShown] = useState<FunctionComponent<PageProps>>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    page.load().then(
      (component) => setShown(() => component),
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [page]);
  if (problem !== undefined)
    return (
      <p class="problem" role="alert">
        This page could not be loaded: {problem}. Load it again.
      </p>
    );
  return Shown === undefined ? <p class="quiet">Loading …</p> : <Shown name={name} about={about} />;
}

function Nowhere() {
  return (
    <>
      <h1>Nothing here</h1>
      <p>
        This address names no page. <a href="/">All sweeps</a> are a good place to go on from.
      </p>
    </>
  );
}
