/** What all parts of the server share. */
import type { Store } from '@netspace/store/store';
import type { Computations } from './computations.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { Watcher } from './watcher.ts';

export interface Settings {
  /** Whether methods other than GET and HEAD do anything. */
  readonly allowWrite: boolean;
  /** Names by which this server may be called, in lower case, without a port. */
  readonly hosts: readonly string[];
  /** Whoever comes without it is turned away; left out where only this machine can come. */
  readonly token?: string;
  /** The folder whose HTML files are shown as reports. */
  readonly reports?: string;
  /** Where the built pages lie. */
  readonly pages: string;
  /** One line for whoever started the server; it may hold control characters. */
  readonly log: (line: string) => void;
  readonly limits: Limits;
}

export interface Limits {
  /** Bytes. */
  readonly body: number;
  readonly headers: number;
  /** Milliseconds in which headers, and a whole request, must have come. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Milliseconds in which a client must take something of what it is sent. */
  readonly stallTimeout: number;
  /** Wrong tokens a minute and address. */
  readonly wrongTokens: number;
  readonly eventConnections: number;
  /** Bytes that a client of events may leave unread. */
  readonly unreadEvents: number;
}

export const usualLimits: Limits = {
  body: 64 * 1024,
  headers: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  stallTimeout: 60_000,
  wrongTokens: 10,
  eventConnections: 500,
  unreadEvents: 1024 * 1024,
};

export interface Context {
  readonly store: Store;
  readonly settings: Settings;
  readonly watcher: Watcher;
  readonly computations: Computations;
  readonly answers: KeptAnswers;
}
