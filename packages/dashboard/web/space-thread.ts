/** The page's end of the thread that samples and counts: a question stops the one before. */
import { useEffect, useState } from 'preact/hooks';
import type { SampledRow, SpaceAnswer, SpacePiece, SpaceQuestion } from './space-work.ts';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

/** The only address that ever becomes a script, and only if it is one of this server's assets. */
function scriptAddress(): string {
  const written = document.querySelector<HTMLMetaElement>('meta[name="space-worker"]')?.content ?? '';
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  if (!/^\/assets\/[\w-]+\.js$/.test(written)) throw new Error('the page names no thread for design spaces');
  policy ??= trustedTypes?.createPolicy('netspace', { createScriptURL: (address) => address });
  return policy?.createScriptURL(written) ?? written;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;
let count = 0;

type Of<K extends SpacePiece['kind']> = Extract<SpacePiece, { kind: K }>;

/** What is known so far. */
export interface SpaceKnown {
  readonly facts?: Of<'facts'>;
  readonly size?: Of<'size'>;
  readonly rules?: Of<'rules'>;
  readonly networks: readonly SampledRow[];
  readonly drawn: number;
  readonly problem?: string;
  readonly done: boolean;
}

const nothing: SpaceKnown = { networks: [], drawn: 0, done: false };

export function useSpace(space: SpaceQuestion['space'], seed: number, samples: number): SpaceKnown {
  const [known, setKnown] = useState(nothing);
  const asked = JSON.stringify({ space, seed, samples });
  useEffect(() => {
    setKnown(nothing);
    const id = ++count;
    const worker = new Worker(scriptAddress(), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<SpaceAnswer>) => {
      if (data.id === id) setKnown((before) => withPiece(before, data.piece));
    });
    worker.addEventListener('error', () =>
      setKnown((before) => ({
        ...before,
        problem: 'The thread for design spaces could not be started.',
        done: true,
      })),
    );
    const question: SpaceQuestion = { id, space, seed, samples };
    worker.postMessage(question);
    return () => worker.terminate();
  }, [asked]);
  return known;
}

function withPiece(known: SpaceKnown, piece: SpacePiece): SpaceKnown {
  if (piece.kind === 'networks')
    return { ...known, networks: [...known.networks, ...piece.networks], drawn: known.drawn + piece.drawn };
  if (piece.kind === 'problem') return { ...known, problem: piece.problem };
  return piece.kind === 'done' ? { ...known, done: true } : { ...known, [piece.kind]: piece };
}
