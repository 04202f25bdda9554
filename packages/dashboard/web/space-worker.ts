/** A thread of the browser that samples and counts design spaces, so that the page stays quick. */
import './jitless.ts';
import type { SpaceAnswer, SpacePiece, SpaceQuestion } from './space-work.ts';

// Loaded behind the setting above: spaces are parsed as soon as they are loaded.
const work = import('./space-pieces.ts');

addEventListener('message', ({ data }: MessageEvent<SpaceQuestion>) => {
  void answer(data);
});

async function answer(question: SpaceQuestion): Promise<void> {
  const tell = (piece: SpacePiece): void => {
    const message: SpaceAnswer = { id: question.id, piece };
    self.postMessage(message);
  };
  const { piecesOf } = await work;
  for (const piece of piecesOf(question)) tell(piece);
}
