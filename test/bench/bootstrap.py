"""The empirical bootstrap of the best by random numbers, as footnote 4 of "Designing Network Design Spaces" tells it: the baseline of bootstrap.ts.

Reads {"errors", "values", "resamples", "repetitions"} as JSON, prints the seconds of each repetition and the ranges found, for a loop of draws
as one writes it first, and for one matrix of draws.
"""
import json
import sys
import time

import numpy


def by_loop(errors, values, resamples):
    draws = len(errors) // 4
    best = []
    for _ in range(resamples):
        drawn = numpy.random.choice(len(errors), draws, replace=True)
        best.append(values[drawn[numpy.argmin(errors[drawn])]])
    return numpy.percentile(best, [2.5, 50, 97.5])


def by_matrix(errors, values, resamples):
    order = numpy.argsort(errors)
    drawn = numpy.random.randint(len(errors), size=(resamples, len(errors) // 4))
    return numpy.percentile(values[order][drawn.min(axis=1)], [2.5, 50, 97.5])


task = json.load(sys.stdin)
errors, values = numpy.array(task["errors"]), numpy.array(task["values"])
answer = {}
for name, way in (("loop", by_loop), ("matrix", by_matrix)):
    seconds = []
    for _ in range(task["repetitions"]):
        begin = time.perf_counter()
        found = way(errors, values, task["resamples"])
        seconds.append(time.perf_counter() - begin)
    answer[name] = {"seconds": seconds, "range": list(found)}
json.dump(answer, sys.stdout)
