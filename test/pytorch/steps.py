"""Losses of 50 training steps of every kind of block, in float64 and float32: what our trainer is held against.

Weights, images and labels come from a counter that both sides compute, so nothing but the losses has to be kept.

Usage: steps.py CASES.json > pytorch-steps.json, where CASES.json has {"cases": [{"name", "network"}], …} as the output has.
"""

import json
import math
import platform
import sys

import numpy as np
import torch
from torch import nn

from network import Network
from train import groups_of

BATCH, SIDE, CHANNELS, CLASSES, BATCHES, STEPS, RATE = 16, 12, 3, 5, 4, 50, 0.01
RECIPE = {"weightDecay": 5e-5, "batchNormWeightDecay": 0.0, "biasWeightDecay": 5e-5}


def uniform(seed, count):
    """Numbers from -1/2 to 1/2: a linear congruential generator of 32 bits (Numerical Recipes), its first eight left out."""
    state, values = seed % 2**32, np.empty(count)
    for i in range(-8, count):
        state = (state * 1664525 + 1013904223) % 2**32
        if i >= 0:
            values[i] = state / 2**32 - 0.5
    return values


def as_float32(values):
    return values.astype(np.float32).astype(np.float64)


def fill(model):
    """Convolutions and linear layers in the order of the layers; the n-th has the seed n."""
    seed = 0
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            seed += 1
            shape = module.weight.shape
            area = shape[2] * shape[3] if len(shape) == 4 else 1
            scale = math.sqrt(24 / (area * shape[0])) if len(shape) == 4 else 0.5
            values = as_float32(uniform(seed, module.weight.numel()) * scale)
            with torch.no_grad():
                module.weight.copy_(torch.from_numpy(values.reshape(shape)))
                if module.bias is not None:
                    module.bias.zero_()


def batch_of(index, dtype):
    images = as_float32(uniform(1000 + index, BATCH * SIDE * SIDE * CHANNELS) * 4)
    labels = ((uniform(2000 + index, BATCH) + 0.5) * CLASSES).astype(np.int64)
    maps = images.reshape(BATCH, SIDE, SIDE, CHANNELS).transpose(0, 3, 1, 2).copy()
    return torch.from_numpy(maps).to(dtype), torch.from_numpy(labels)


def losses(network, dtype):
    model = Network(network, CHANNELS, CLASSES).to(dtype)
    fill(model)
    optimizer = torch.optim.SGD(groups_of(model, RECIPE), lr=RATE, momentum=0.9)
    batches = [batch_of(index, dtype) for index in range(BATCHES)]
    found, start = [], [p.detach().clone() for p in model.parameters()]
    update = None
    for step in range(STEPS):
        images, labels = batches[step % BATCHES]
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        found.append(float(f"{loss.item():.12g}"))
        if step == 0:
            squares = sum(((p - s) ** 2).sum().item() for p, s in zip(model.parameters(), start))
            update = float(f"{math.sqrt(squares):.12g}")
    return found, update


def main():
    torch.set_num_threads(1)
    given = json.load(open(sys.argv[1], encoding="utf-8"))
    cases = []
    for case in given["cases"]:
        exact, update = losses(case["network"], torch.float64)
        single, _ = losses(case["network"], torch.float32)
        cases.append({"name": case["name"], "network": case["network"], "firstUpdate": update, "float64": exact, "float32": single})
    made = {
        "source": f"test/pytorch/steps.py with torch {torch.__version__.split('+')[0]} on {platform.machine()}",
        "input": {"resolution": SIDE, "channels": CHANNELS, "classes": CLASSES},
        "batchSize": BATCH,
        "batches": BATCHES,
        "learningRate": RATE,
        "cases": cases,
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main()
