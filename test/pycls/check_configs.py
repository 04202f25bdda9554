"""Loads configurations with pycls' own loader, builds their models, and prints what pycls counts and what its modules hold, a JSON line each.

Needs pycls 0.1.1 and torch. Usage: check_configs.py FILE…
"""

import json
import sys

import pycls.core.builders as builders
import pycls.core.config as config
import pycls.core.net as net

defaults = config.cfg.clone()
for file in sys.argv[1:]:
    config.cfg.merge_from_other_cfg(defaults)
    config.cfg.merge_from_file(file)
    model = builders.build_model()
    held = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({**net.complexity(model), "held": held}))
