"""Makes pandas.parquet, a table of trials as people keep them (pandas 3.1.1, pyarrow 26.0.1). Figures made up."""

import pandas

rows = [
    {
        "search_space": "A",
        "depths": [1, 2],
        "widths": [24, 56],
        "val_err": 12.5,
        "macs": 3.5,
        "lr": 0.1,
        "gpu": "V100",
        "curve": [{"epoch": 1, "validationError": 0.5}, {"epoch": 2, "validationError": 0.125}],
    },
    {
        "search_space": "A",
        "depths": [1],
        "widths": [24],
        "val_err": float("inf"),
        "macs": 3.5,
        "lr": 0.1,
        "gpu": None,
        "curve": None,
    },
]
pandas.DataFrame(rows).to_parquet("pandas.parquet", compression="zstd")
