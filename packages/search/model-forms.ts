/** The recommended model for those who use it: safetensors, SavedModel and TensorFlow.js in the search's folder, with an example each. */
import { encodeGraphModel } from '@netspace/model/graph-model';
import { decodeModel, encodeModel } from '@netspace/model/model-file';
import type { Model, ModelFile } from '@netspace/model/model';
import { encodeServingModel } from '@netspace/model/saved-model';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeText } from './search-folder.ts';

export interface Examples {
  readonly python: string;
  readonly browser: string;
}

/** Writes all forms of the model in `file`, a name in the folder. */
export function writeModelForms(folder: string, file: string): Examples {
  const model = decodeModel(readFileSync(join(folder, file)), file);
  const examples = examplesOf(model);
  const forms: readonly (readonly [string, readonly ModelFile[]])[] = [
    ['.', [{ name: 'model.safetensors', bytes: encodeModel(model) }]],
    ['saved-model', encodeServingModel(model)],
    ['tfjs', encodeGraphModel(model)],
  ];
  for (const [place, files] of forms)
    for (const { name, bytes } of files) writeText(folder, join(place, name), bytes);
  writeText(folder, 'example.py', examples.python);
  writeText(folder, 'example.html', examples.browser);
  return examples;
}

function examplesOf({ input }: Model): Examples {
  const { resolution, channels } = input;
  return { python: pythonExample(resolution, channels), browser: browserExample(resolution, channels) };
}

function pythonExample(resolution: number, channels: number): string {
  return `# python example.py picture.png: which class it is taken for. It needs tensorflow alone.
import json, sys, tensorflow as tf

model = tf.saved_model.load('saved-model').signatures['serving_default']
picture = tf.io.decode_image(tf.io.read_file(sys.argv[1]), channels=${channels}, expand_animations=False)
side = min(picture.shape[:2])  # the middle, as in training
square = tf.image.resize_with_crop_or_pad(picture, side, side)
pixels = tf.image.resize(square, (${resolution}, ${resolution}), 'lanczos3', antialias=True)  # 0 to 255; the model normalises by itself
shares = model(images=tf.clip_by_value(pixels, 0, 255)[None])['probabilities'].numpy()[0]
print(json.load(open('saved-model/classes.json'))[shares.argmax()], f'{shares.max():.3f}')
`;
}

/** Browsers load models over HTTP: `npx http-server`, or any other server, in the folder; `tf.min.js` is of @tensorflow/tfjs. */
function browserExample(resolution: number, channels: number): string {
  return `<!doctype html>
<meta charset="utf-8" />
<title>Which class is it?</title>
<input type="file" accept="image/*" /> <output></output>
<script src="tf.min.js"></script>
<script type="module">
  const model = await tf.loadGraphModel('tfjs/model.json');
  document.querySelector('input').onchange = async ({ target }) => {
    const image = await createImageBitmap(target.files[0]);
    const canvas = new OffscreenCanvas(${resolution}, ${resolution});
    const side = Math.min(image.width, image.height); // the middle, as in training
    const [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
    canvas.getContext('2d').drawImage(image, left, top, side, side, 0, 0, ${resolution}, ${resolution});
    const pixels = canvas.getContext('2d').getImageData(0, 0, ${resolution}, ${resolution});
    const images = tf.browser.fromPixels(pixels, ${channels}).toFloat().expandDims(); // 0 to 255
    const shares = [...(await model.predict(images).probabilities.data())];
    const best = shares.indexOf(Math.max(...shares));
    document.querySelector('output').value = \`\${model.metadata.classes[best]} \${shares[best].toFixed(3)}\`;
  };
  document.querySelector('input').dataset.ready = 'true';
</script>
`;
}
