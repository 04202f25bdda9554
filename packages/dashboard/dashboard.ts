/** The dashboard: a server that shows a store, on this machine alone unless it is told otherwise. */
import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Store } from '@netspace/store/store';
import { computeInThreads } from './computations.ts';
import { usualLimits, type Settings } from './context.ts';
import { keepAnswers } from './kept-answers.ts';
import { plainLine } from './plain-line.ts';
import { buildServer } from './server.ts';
import { watchStore } from './watcher.ts';

export interface DashboardOptions {
  readonly store: Store;
  /** The same store by its location, which threads open for themselves. */
  readonly storeLocation: string;
  /** The address to listen on; any but one of this machine alone needs a token, which is made when none is given. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Further names by which the server may be called. */
  readonly allowedHosts?: readonly string[];
  readonly token?: string;
  readonly allowWrite?: boolean;
  /** A folder with reports. */
  readonly reports?: string;
  /** What concerns whoever started it, a line at a time and without control characters. */
  readonly log: (line: string) => void;
}

export interface Dashboard {
  /** What to open, with the token where there is one. */
  readonly link: string;
  close(): Promise<void>;
}

/** Starts to listen; the store is left open when it is closed. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { store, host, port, allowWrite = false } = options;
  const token = options.token ?? (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
  const settings: Settings = {
    allowWrite,
    hosts: [...namesOf(host), ...(options.allowedHosts ?? []).map((name) => name.toLowerCase())],
    ...(token !== undefined && { token }),
    ...(options.reports !== undefined && { reports: options.reports }),
    pages,
    log: (line) => options.log(plainLine(line)),
    limits: usualLimits,
  };
  const watcher = watchStore(store, settings.log);
  const computations = computeInThreads(options.storeLocation, watcher);
  const server = buildServer({
    store,
    settings,
    watcher,
    computations,
    answers: keepAnswers(store),
  });
  const close = async (): Promise<void> => {
    watcher.close();
    await server.close();
    await computations.close();
  };
  try {
    const address = await server.listen({ host, port });
    return { link: linkOf(address, host, token), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Built by the set-up, from source as well. */
const pages = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './dist/pages/' : './pages/', import.meta.url),
);

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** By which names a server on this address is called; on all addresses, by those of all. */
function namesOf(host: string): string[] {
  const own = ['localhost', '127.0.0.1', '[::1]'];
  if (isLoopback(host)) return [...own, bracketed(host.toLowerCase())];
  if (host !== '0.0.0.0' && host !== '::') return [...own, bracketed(host.toLowerCase())];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [...own, hostname().toLowerCase(), ...addresses.map(({ address }) => bracketed(address))];
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** On all addresses, the link has this machine's name. */
function linkOf(address: string, host: string, token: string | undefined): string {
  const url = new URL(address);
  if (host === '0.0.0.0' || host === '::') url.hostname = hostname();
  if (token !== undefined) url.searchParams.set('token', token);
  return url.href;
}
