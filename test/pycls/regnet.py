"""How many RegNets a second pycls makes and counts: one process, as its own sweep does it on a core.

Needs pycls 0.1.1 (and the torch that its modules import) in the interpreter's packages.
Usage: regnet.py FILE: one JSON line a RegNet with depth, initialWidth, widthSlope, widthMultiplier, groupWidth, bottleneckRatio.
"""

import json
import sys
import time

from pycls.core.config import cfg
from pycls.models.regnet import RegNet

networks = [json.loads(line) for line in open(sys.argv[1])]
cfg.MODEL.NUM_CLASSES = 1000
cfg.REGNET.SE_ON = False
start = time.perf_counter()
flops = 0
for network in networks:
    cfg.REGNET.DEPTH = network["depth"]
    cfg.REGNET.W0 = network["initialWidth"]
    cfg.REGNET.WA = network["widthSlope"]
    cfg.REGNET.WM = network["widthMultiplier"]
    cfg.REGNET.GROUP_W = network["groupWidth"]
    cfg.REGNET.BOT_MUL = 1 / network["bottleneckRatio"]
    counted = RegNet.complexity({"h": 224, "w": 224, "flops": 0, "params": 0, "acts": 0})
    flops += counted["flops"]
seconds = time.perf_counter() - start
print(json.dumps({"networksPerSecond": len(networks) / seconds, "flops": flops}))
