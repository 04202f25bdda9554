/** A client of server-sent events on a real connection, and raw requests on a socket. */
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

interface ReceivedEvent {
  readonly id: string;
  readonly kind: string;
  readonly data: Record<string, unknown>;
}

export interface EventClient {
  readonly events: readonly ReceivedEvent[];
  /** The first event of a kind behind the ones seen by an earlier call. */
  next(kind: string): Promise<ReceivedEvent>;
  close(): void;
}

export async function openEvents(port: number, lastEventId?: string): Promise<EventClient> {
  const events: ReceivedEvent[] = [];
  let seen = 0;
  let wake = (): void => {};
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    request({ port, host: '127.0.0.1', path: '/api/events', headers }, resolve).on('error', reject).end();
  });
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.flatMap(readBlock));
    wake();
  });
  const next = async (kind: string): Promise<ReceivedEvent> => {
    for (;;) {
      const at = events.findIndex((event, i) => i >= seen && event.kind === kind);
      const found = events[at];
      if (found) {
        seen = at + 1;
        return found;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { events, next, close: () => void response.destroy() };
}

function readBlock(block: string): ReceivedEvent[] {
  const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
  const kind = field('event');
  return kind === '' ? [] : [{ id: field('id'), kind, data: JSON.parse(field('data')) }];
}

/** Sends text as it stands; resolves with all that came when the server closes, or with what came when `patience` milliseconds are over. */
export function sendRaw(
  port: number,
  text: string,
  patience: number,
): Promise<{ readonly answer: string; readonly closed: boolean }> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const end = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ answer, closed });
    };
    const timer = setTimeout(() => end(false), patience);
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
  });
}
