/** What an examination process runs: each network out of its checkpoint, its model to a file, and the model over the test images. */
import type { Dataset, TrainingData } from '@netspace/data/dataset';
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { bestCopy, modelOf, type Model } from '@netspace/model/model';
import { encodeModel } from '@netspace/model/model-file';
import { openPredictor } from '@netspace/model/predictor';
import { mean } from '@netspace/stats/quantile';
import { checkpointFile } from '@netspace/train/checkpoint-file';
import { evaluate } from '@netspace/train/evaluate';
import { reportOn, rivalsOf } from '@netspace/train/evaluation';
import { trainNetwork } from '@netspace/train/train';
import type { Examination, ExaminationOrder, ExaminationWork } from './examination.ts';
import { modelFileOf } from './examination.ts';
import { answer, serveCall } from './process-side.ts';
import { writeText } from './search-folder.ts';

serveCall<ExaminationOrder>(async ({ data: request, work }) => {
  const dataset = await loadDataset(request.name);
  const data = holdOut(dataset, request);
  for (const each of work) answer<Examination>(await examineOne(each, dataset, data));
});

async function examineOne(work: ExaminationWork, dataset: Dataset, data: TrainingData): Promise<Examination> {
  const { index, network, seed, validationError, folder } = work;
  const model = await takeModel(work, data);
  const about = { index, name: network.name ?? 'network', seed, validationError };
  if (!model) return { ...about, ...allWrong(dataset) };
  const file = modelFileOf(network, seed);
  writeText(folder, file, encodeModel(model));
  return { ...about, ...classify(model, dataset), model: file };
}

/** A training whose checkpoint holds its last epoch is at its end at once; one that has none is made again, to the same bits. */
async function takeModel(
  { network, recipe, seed, checkpoint, isPartial }: ExaminationWork,
  data: TrainingData,
): Promise<Model | undefined> {
  const { classes, mean: centre, deviation, train } = data;
  const { resolution, channels } = train;
  const input = { resolution, channels, classes: classes.length };
  let model: Model | undefined;
  await trainNetwork(network, recipe, data, {
    seed,
    checkpoint: checkpointFile(checkpoint),
    ...(isPartial && { asksWhenResumed: true, shouldStop: () => 'request' as const }),
    onTrained: (state) => {
      const about = { network, input, classes, mean: centre, deviation };
      const source = { name: data.name, checksum: data.checksum };
      model = modelOf({ ...about, data: source }, bestCopy(state));
    },
  });
  return model;
}

type Marks = Pick<Examination, 'testError' | 'balancedError' | 'classErrors' | 'wrong' | 'testImages'>;

function classify(model: Model, { test }: Dataset): Marks {
  const predictor = openPredictor(model);
  try {
    // The model normalises by itself, so its images are the pixels as they are.
    const raw = { mean: model.mean.map(() => 0), deviation: model.deviation.map(() => 1) };
    const evaluation = evaluate(predictor, test, raw);
    const { classErrors } = reportOn(evaluation);
    const wrong = [...rivalsOf(evaluation)].flatMap((rivals, image) => (rivals > 0 ? [image] : []));
    return {
      testError: evaluation.error,
      balancedError: mean(classErrors.filter((error) => error !== null)),
      classErrors,
      wrong,
      testImages: test.count,
    };
  } finally {
    predictor.close();
  }
}

function allWrong({ test, classes }: Dataset): Marks {
  const wrong = Array.from({ length: test.count }, (_, image) => image);
  return { testError: 1, balancedError: 1, classErrors: classes.map(() => 1), wrong, testImages: test.count };
}
