/**
 * A model as TensorFlow's SavedModel: `saved_model.pb` with the weights in it, and beside it the names of the classes as JSON.
 *
 * Signature `serving_default`: `images`, floats [batch, height, width, channel] of 0 to 255 (the model normalises them itself), to `logits`
 * and `probabilities`, [batch, class]. Runs in Python, TensorFlow Serving and all else that takes a SavedModel, with oneDNN or without.
 */
import { encodeSavedModel } from '@netspace/tensorflow/saved-model';
import { buildInferenceGraph } from './inference-graph.ts';
import type { Model, ModelFile } from './model.ts';

/** The files of the SavedModel's folder. */
export function encodeServingModel(model: Model): ModelFile[] {
  const { graph, images, logits, probabilities } = buildInferenceGraph(model, 'grouped');
  const serving = { inputs: { images }, outputs: { logits, probabilities } };
  return [
    { name: 'saved_model.pb', bytes: encodeSavedModel(graph, { serving_default: serving }) },
    { name: 'classes.json', bytes: new TextEncoder().encode(JSON.stringify(model.classes)) },
  ];
}
