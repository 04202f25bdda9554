import { describe, expect, it } from 'vitest';
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { measureTrials } from '@netspace/analysis/measurement';
import { studySpaces, withStudy } from '@netspace/analysis/study';
import { findSpace } from '@netspace/space/builtin';
import { input, syntheticSweep } from './synthetic.ts';

const measurements = measureTrials(syntheticSweep(40, 7), input);
const study = studySpaces(measurements.measured, { declared: { 'regnet-x': findSpace('regnetx') } });

describe('a study of spaces', () => {
  it('measures the area under each EDF up to an error in common, as summing thin strips does', () => {
    const { areaLimit } = study;
    for (const { name, edfArea } of study.spaces) {
      const errors = measurements.measured.filter(({ space }) => space === name).map(({ error }) => error);
      const strips = 20_000;
      const heights = Array.from({ length: strips }, (_, i) => {
        const middle = ((i + 0.5) / strips) * areaLimit;
        return errors.filter((error) => error <= middle).length / errors.length;
      });
      expect(edfArea).toBeCloseTo(heights.reduce((sum, height) => sum + height, 0) / strips, 4);
    }
  });

  it('asks for refinements of spaces whose declaration is known', () => {
    expect(study.spaces.map(({ refinement }) => refinement?.space ?? null)).toEqual([null, 'regnet-x']);
  });

  it('has nothing to compare at equal complexity where there is one space', () => {
    const own = measurements.measured.filter(({ space }) => space === 'regnet-x');
    expect(studySpaces(own).normalized).toEqual([]);
    expect(study.normalized.map(({ measure }) => measure)).toEqual(['flops', 'params', 'activations']);
  });

  it('adds to an analysis and takes nothing from it, in plain JSON', () => {
    const analysis = analyseMeasurements(measurements);
    const studied = withStudy(analysis, study);
    expect(studied).toMatchObject({ ...analysis });
    const [group] = JSON.parse(JSON.stringify(studied)).groups;
    expect(Object.keys(group)).toEqual(
      expect.arrayContaining(['edfArea', 'expectedBest', 'sampleSize', 'trends']),
    );
  });
});
