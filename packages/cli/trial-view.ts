/** One trial of a store as people and programs see it: outcome, recipe, what its predictions are worth, attempts, checkpoint. */
import type { Trial, TrialEvaluation } from '@netspace/population/trial';
import type { Attempt, Store, StoredTrial } from '@netspace/store/store';
import { checkpointFolder, findCheckpoint, type CheckpointFound } from '@netspace/sweep/checkpoints';
import { printJson, printLine, printTable } from './output.ts';

export async function showTrial(store: Store, id: number, json: boolean): Promise<void> {
  const { trial, attempts } = await store.trialHistory(id);
  const sweep = await store.findSweep(`#${trial.sweepId}`);
  const checkpoint = findCheckpoint(checkpointFolder(store.location), sweep, trial.index);
  if (json) return printJson({ ...trial, attempts, ...(checkpoint && { checkpoint }) });
  printLine(
    `trial ${trial.id} of space ${trial.space}: ${describeStatus(trial)}, error ${percent(trial.error)}${describeBest(trial)}`,
  );
  if (trial.reason !== undefined) printLine(`reason: ${trial.reason}`);
  printLine(JSON.stringify(trial.network));
  printLine(`recipe: ${describeRecipe(trial.recipe ?? {})}`);
  if (trial.evaluation) printEvaluation(trial.evaluation);
  if (checkpoint) printLine(describeCheckpoint(checkpoint));
  attempts.forEach(printAttempt);
}

/** "completed, stopped by halving after epoch 3": the status, and what it leaves open. */
export function describeStatus({ status, stopped, waitingAt }: StoredTrial): string {
  if (stopped) return `${status}, stopped by ${stopped.by} after epoch ${stopped.epoch}`;
  return waitingAt === undefined ? status : `${status}, waits at epoch ${waitingAt}`;
}

export function percent(error: number | null | undefined): string {
  return typeof error === 'number' ? `${(error * 100).toFixed(2)} %` : '–';
}

/** Beside the headline, since it is chosen by the very images that measure it. */
function describeBest({ bestError, evaluation }: StoredTrial): string {
  if (bestError === undefined) return '';
  const when = evaluation?.bestEpoch === undefined ? '' : `, epoch ${evaluation.bestEpoch}`;
  return ` (least of all epochs ${percent(bestError)}${when})`;
}

function describeRecipe(recipe: NonNullable<Trial['recipe']>): string {
  return Object.entries(recipe)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

/** Rows of the confusion matrix are read from JSON; here each class has its error and what it was mostly taken for. */
function printEvaluation({
  k,
  topKError,
  calibrationError,
  classErrors = [],
  confusion,
}: TrialEvaluation): void {
  const topK = topKError === undefined ? '' : `top-${k ?? 1} error ${percent(topKError)}`;
  const calibration = calibrationError === undefined ? '' : `calibration error ${percent(calibrationError)}`;
  const figures = [topK, calibration].filter((each) => each !== '').join(', ');
  if (figures !== '') printLine(figures);
  if (classErrors.length === 0) return;
  printTable(
    ['class', 'error', 'mostly taken for'],
    classErrors.map((error, index) => [index, percent(error), describeRival(confusion?.[index], index)]),
  );
}

function describeRival(row: readonly number[] | undefined, own: number): string {
  const others = (row ?? []).map((count, index) => ({ count, index })).filter(({ index }) => index !== own);
  const [rival] = others.toSorted((a, b) => b.count - a.count);
  return rival === undefined || rival.count === 0 ? '–' : `${rival.index} (${rival.count} images)`;
}

function describeCheckpoint({ path, bytes, writtenAt }: CheckpointFound): string {
  return `checkpoint: ${path}, ${(bytes / 1e6).toFixed(1)} MB, written ${new Date(writtenAt).toISOString()}`;
}

function printAttempt({ attempt, status, reason, curve }: Attempt): void {
  printLine(`attempt ${attempt}: ${status}${reason === undefined ? '' : ` (${reason})`}`);
  for (const { epoch, trainLoss, validationError, emaError } of curve) {
    const average = emaError === undefined ? '' : `  error of the average ${percent(emaError)}`;
    printLine(
      `  epoch ${epoch}  train loss ${trainLoss?.toFixed(4) ?? '–'}  validation error ${percent(validationError)}${average}`,
    );
  }
}
