/**
 * A model as TensorFlow's SavedModel: one file, `saved_model.pb`, with the weights in it.
 *
 * Signature `serving_default`: `images`, floats [batch, height, width, channel] of 0 to 255 (the model normalises them itself), to `logits`
 * and `probabilities`, [batch, class]. Runs in Python, TensorFlow Serving and all else that takes a SavedModel, with oneDNN or without.
 */
import { encodeSavedModel } from '@netspace/tensorflow/saved-model';
import { buildInferenceGraph } from './inference-graph.ts';
import type { Model } from './model.ts';

/** The bytes of `saved_model.pb`. */
export function encodeServingModel(model: Model): Uint8Array {
  const { graph, images, logits, probabilities } = buildInferenceGraph(model, 'grouped');
  return encodeSavedModel(graph, {
    serving_default: { inputs: { images }, outputs: { logits, probabilities } },
  });
}
