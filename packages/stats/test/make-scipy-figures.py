"""Writes scipy-figures.json: lists of errors and what SciPy says of them.

pip install numpy==2.* scipy==1.17.1; python make-scipy-figures.py > scipy-figures.json
"""

import json

import numpy
import scipy
from scipy import stats

generator = numpy.random.default_rng(20261124)


def errors(count, centre, spread):
    return [round(float(x), 4) for x in centre + spread * generator.lognormal(0, 0.5, count)]


def difference(statistic):
    return lambda x, y, axis: statistic(x, axis=axis) - statistic(y, axis=axis)


def interval(a, b, statistic):
    found = stats.bootstrap(
        (a, b), difference(statistic), method="BCa", n_resamples=100_000, batch=2_000, vectorized=True,
        random_state=numpy.random.default_rng(1),
    )
    return [found.confidence_interval.low, found.confidence_interval.high]


def figures(a, b):
    test = stats.ks_2samp(a, b, method="exact")
    return {
        "a": a,
        "b": b,
        "ks": [test.statistic, test.pvalue],
        "ksAsymptotic": stats.ks_2samp(a, b, method="asymp").pvalue,
        # Pairs with a below b, ties half.
        "superiority": stats.mannwhitneyu(b, a).statistic / (len(a) * len(b)),
        "mean": interval(a, b, numpy.mean),
        "median": interval(a, b, numpy.median),
    }


def lines(count, ties):
    x = [round(float(v), 1 if ties else 4) for v in generator.uniform(0, 5, count)]
    y = [round(float(3 + 0.7 * v + 0.5 * generator.standard_t(2)), 1 if ties else 4) for v in x]
    robust = stats.theilslopes(y, x, alpha=0.95, method="joint")
    plain = stats.linregress(x, y)
    reach = stats.t.ppf(0.975, count - 2) * plain.stderr
    return {
        "x": x,
        "y": y,
        "theilSen": [robust.slope, robust.low_slope, robust.high_slope, robust.intercept],
        "leastSquares": [plain.slope, plain.slope - reach, plain.slope + reach, plain.intercept],
    }


def quantiles(count):
    values = errors(count, 0.1, 0.05)
    return {"values": values, "quantiles": [[share, float(numpy.quantile(values, share))] for share in (0, 0.025, 0.25, 0.5, 0.9, 1)]}


pairs = [
    figures(errors(12, 0.1, 0.05), errors(15, 0.12, 0.05)),
    figures(errors(41, 0.1, 0.05), errors(30, 0.12, 0.08)),
    figures(errors(80, 0.1, 0.05), errors(81, 0.11, 0.05)),
]

print(
    json.dumps(
        {
            "source": f"SciPy {scipy.__version__}, NumPy {numpy.__version__}, by make-scipy-figures.py",
            "pairs": pairs,
            # share, degrees of freedom, quantile
            "student": [
                [share, freedom, stats.t.ppf(share, freedom)]
                for share in (0.6, 0.975, 0.9995)
                for freedom in (1, 2, 2.5, 7.3, 40, 1000.5, 1e6)
            ],
            "lines": [lines(6, False), lines(25, False), lines(60, True)],
            "quantiles": [quantiles(1), quantiles(10), quantiles(37)],
            # 4.4 million pairs: beyond the limit of exact p
            "largeKs": (lambda a, b: {"a": a, "b": b, "p": stats.ks_2samp(a, b, method="asymp").pvalue})(
                [round(float(v), 5) for v in generator.normal(0.2, 0.05, 2100)],
                [round(float(v), 5) for v in generator.normal(0.202, 0.05, 2100)],
            ),
        }
    )
)
