/** All endpoints. None takes a path, a command, a module or an address; files are known by id alone. */
import { z } from 'zod';
import { annotationSchema, noteSchema, tagsSchema } from './annotation-schema.ts';
import type { Endpoint } from './endpoint.ts';
import { aboutSchema, changedSchema, reportListSchema } from './report-schema.ts';
import { computedSchema } from './computed-schema.ts';
import {
  analysisSchema,
  comparisonSchema,
  edfsSchema,
  madeReportSchema,
  selectionsSchema,
} from './selection-schema.ts';
import {
  sampleQuerySchema,
  sampleSchema,
  spaceCountSchema,
  spaceListSchema,
  spaceSchema,
  zooSchema,
} from './space-schema.ts';
import { sweepDetailSchema, sweepListSchema } from './sweep-schema.ts';
import { trialDetailSchema, trialPageSchema, trialQuerySchema } from './trial-schema.ts';

const number = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'not a number')
  .transform(Number);
const ofSweep = z.strictObject({ sweep: number });
const ofTrial = z.strictObject({ trial: number });
const ofSpace = z.strictObject({ space: z.string().max(200) });

export const endpoints = {
  about: {
    method: 'GET',
    path: '/api/about',
    summary: 'the store that is shown, and whether it may be changed',
    answer: aboutSchema,
  },
  openApi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'this document',
    answer: z.record(z.string(), z.unknown()),
  },
  events: {
    method: 'GET',
    path: '/api/events',
    summary: 'what changes, as server-sent events; Last-Event-ID goes on where a connection was lost',
    answer: { contentType: 'text/event-stream' },
  },
  sweeps: {
    method: 'GET',
    path: '/api/sweeps',
    summary: 'all sweeps, the newest first',
    answer: sweepListSchema,
  },
  sweep: {
    method: 'GET',
    path: '/api/sweeps/{sweep}',
    summary: 'one sweep: plan, workers, rate, time left, failures',
    params: ofSweep,
    answer: sweepDetailSchema,
  },
  trials: {
    method: 'GET',
    path: '/api/sweeps/{sweep}/trials',
    summary: 'a page of the trials of a sweep',
    params: ofSweep,
    query: trialQuerySchema,
    answer: trialPageSchema,
  },
  trial: {
    method: 'GET',
    path: '/api/trials/{trial}',
    summary: 'one trial: curve, attempts, environment, how to train it again',
    params: ofTrial,
    answer: trialDetailSchema,
  },
  edfs: {
    method: 'GET',
    path: '/api/edfs',
    summary: 'the EDFs of up to 8 selections of trials',
    query: selectionsSchema,
    answer: edfsSchema,
  },
  comparison: {
    method: 'GET',
    path: '/api/comparison',
    summary: 'every pair of 2 to 8 selections compared',
    query: selectionsSchema,
    answer: comparisonSchema,
  },
  report: {
    method: 'GET',
    path: '/api/report',
    summary: 'a report on up to 8 selections, as netspace report makes it; it is kept nowhere',
    query: selectionsSchema,
    answer: madeReportSchema,
  },
  selectionAnalysis: {
    method: 'GET',
    path: '/api/analysis',
    summary: 'bootstrap ranges and normalised EDFs of up to 8 selections, each as a group',
    query: selectionsSchema,
    answer: analysisSchema,
  },
  analysis: {
    method: 'GET',
    path: '/api/sweeps/{sweep}/analysis',
    summary: 'groups, bootstrap ranges and normalised EDFs of a sweep',
    params: ofSweep,
    answer: analysisSchema,
  },
  csv: {
    method: 'GET',
    path: '/api/sweeps/{sweep}/trials.csv',
    summary: 'all trials of a sweep as a table',
    params: ofSweep,
    answer: { contentType: 'text/csv; charset=utf-8' },
  },
  jsonl: {
    method: 'GET',
    path: '/api/sweeps/{sweep}/trials.jsonl',
    summary: 'all trials of a sweep with their curves, one a line, as netspace export',
    params: ofSweep,
    answer: { contentType: 'application/x-ndjson' },
  },
  parquet: {
    method: 'GET',
    path: '/api/sweeps/{sweep}/trials.parquet',
    summary: 'all trials of a sweep with their curves as Apache Parquet, as netspace export',
    params: ofSweep,
    answer: { contentType: 'application/vnd.apache.parquet' },
  },
  spaces: {
    method: 'GET',
    path: '/api/spaces',
    summary: 'the built-in design spaces',
    answer: spaceListSchema,
  },
  space: {
    method: 'GET',
    path: '/api/spaces/{space}',
    summary: 'a space as it is declared',
    params: ofSpace,
    answer: spaceSchema,
  },
  spaceCount: {
    method: 'GET',
    path: '/api/spaces/{space}/count',
    summary: 'how many points and networks a space has',
    params: ofSpace,
    answer: computedSchema(spaceCountSchema),
  },
  spaceSample: {
    method: 'GET',
    path: '/api/spaces/{space}/sample',
    summary: 'networks of a space, drawn from a seed',
    params: ofSpace,
    query: sampleQuerySchema,
    answer: computedSchema(sampleSchema),
  },
  zoo: { method: 'GET', path: '/api/zoo', summary: 'the published models', answer: zooSchema },
  reports: {
    method: 'GET',
    path: '/api/reports',
    summary: 'the reports in the folder that was named at the start',
    answer: reportListSchema,
  },
  retry: {
    method: 'POST',
    path: '/api/sweeps/{sweep}/retry',
    summary: 'plans failed and cancelled trials again',
    params: ofSweep,
    answer: changedSchema,
  },
  cancel: {
    method: 'POST',
    path: '/api/sweeps/{sweep}/cancel',
    summary: 'cancels the trials that have not ended',
    params: ofSweep,
    answer: changedSchema,
  },
  remove: {
    method: 'DELETE',
    path: '/api/sweeps/{sweep}',
    summary: 'removes a sweep and all its trials',
    params: ofSweep,
    answer: changedSchema,
  },
  sweepNote: {
    method: 'PUT',
    path: '/api/sweeps/{sweep}/note',
    summary: 'replaces the note of a sweep',
    params: ofSweep,
    body: noteSchema,
    answer: annotationSchema,
  },
  sweepTags: {
    method: 'PUT',
    path: '/api/sweeps/{sweep}/tags',
    summary: 'replaces the tags of a sweep',
    params: ofSweep,
    body: tagsSchema,
    answer: annotationSchema,
  },
  trialNote: {
    method: 'PUT',
    path: '/api/trials/{trial}/note',
    summary: 'replaces the note of a trial',
    params: ofTrial,
    body: noteSchema,
    answer: annotationSchema,
  },
  trialTags: {
    method: 'PUT',
    path: '/api/trials/{trial}/tags',
    summary: 'replaces the tags of a trial',
    params: ofTrial,
    body: tagsSchema,
    answer: annotationSchema,
  },
} as const satisfies Record<string, Endpoint>;
