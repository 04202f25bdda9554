/** A trained network at work: the graph that is exported, run by the native library. */
import { openSession } from '@netspace/tensorflow/session';
import { buildInferenceGraph } from './inference-graph.ts';
import type { Model } from './model.ts';

export interface Predictor {
  /** Logits [count, class] of images [count, height, width, channel] with pixels of 0 to 255. Blocks the event loop meanwhile. */
  evaluate(images: Float32Array, count: number): Float32Array;
  close(): void;
}

export function openPredictor(model: Model): Predictor {
  const { graph, images, logits } = buildInferenceGraph(model, 'grouped');
  const session = openSession(graph);
  const { resolution, channels } = model.input;
  return {
    evaluate(values, count) {
      const feed = { tensor: images, shape: [count, resolution, resolution, channels], values };
      return session.run([feed], [logits])[0] as Float32Array;
    },
    close: () => session.close(),
  };
}
