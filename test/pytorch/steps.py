"""The losses of fifty training steps of every kind of block by plain PyTorch, in float64 and three times in float32.

Usage: steps.py packages/train/test/pytorch-cases.json > packages/train/test/pytorch-steps.json

Weights and batches are not drawn by PyTorch but by a hash of whole numbers, so that the other side makes the same ones; see
packages/train/test/hashed.ts. The float32 runs differ in the order of their sums alone: as PyTorch stores maps by default, channels
last, and with each batch reversed. How far they are from float64 is what float32's rounding does to such a training.

At the kink of a ReLU that distance has no limit: which side an input is on that float64 puts at 1e-8 is chance, and the gradient
jumps. So the numbers are drawn anew until in float64, in all steps, no input of a ReLU is nearer to zero than MARGIN times the
root mean square of its map, and no two largest values under a max-pool are nearer to each other: several times the error that
rounding has been seen to leave there, so that any float32 training should stay on float64's side.
"""

import datetime
import json
import math
import sys

import numpy as np
import torch
from torch import nn

from network import Network
from train import groups_of


MARGIN = 4e-6
SUMS = {"stored": {}, "channelsLast": {"memory_format": torch.channels_last}, "reversed": {"reverse": True}}


def hashed(name, count):
    """Uniform on [-0.5, 0.5), multiples of 2^-24: MurmurHash3's last mix of (FNV-1a of the name + golden ratio * index)."""
    start = 0x811C9DC5
    for byte in name.encode("ascii"):
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    h = ((start + 0x9E3779B9 * np.arange(count, dtype=np.uint64)) & 0xFFFFFFFF).astype(np.uint32)
    h ^= h >> 16
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> 13
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> 16
    return (h >> 8).astype(np.float64) / 2.0**24 - 0.5


def batch_of(name, size, shape):
    """Images of noise on a pattern of their class, rounded to float32, and their labels."""
    side, channels, classes = shape["resolution"], shape["channels"], shape["classes"]
    labels = np.floor((hashed(f"{name}/labels", size) + 0.5) * classes).astype(np.int64)
    pixels = side * side * channels
    noise = hashed(f"{name}/images", size * pixels).reshape(size, pixels)
    patterns = hashed("patterns", classes * pixels).reshape(classes, pixels)
    images = (2 * noise + patterns[labels]).astype(np.float32).reshape(size, side, side, channels)
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()), torch.from_numpy(labels)


def tensors_of(groups):
    """(name, parameter) in the order of the layers: "weights 0", "batchNorms 3" (the beta of the second batch norm)."""
    for name, group in zip(("weights", "batchNorms", "biases"), groups):
        for index, parameter in enumerate(group["params"]):
            yield f"{name} {index}", parameter


def spread_of(parameter):
    if parameter.dim() == 4:
        return math.sqrt(24 / (parameter.shape[2] * parameter.shape[3] * parameter.shape[0]))
    return math.sqrt(12 / parameter.shape[1])


@torch.no_grad()
def fill(groups, draw):
    for name, parameter in tensors_of(groups):
        values = hashed(f"{draw}/{name}", parameter.numel())
        if name.startswith("weights"):
            values = values * spread_of(parameter)
        elif name.startswith("batchNorms") and int(name.split()[1]) % 2 == 0:
            values = values + 1
        parameter.copy_(torch.from_numpy(values.astype(np.float32)).reshape(parameter.shape))


class Kinks:
    """The least distance to a kink that a network's ReLUs and max-pools have seen, a share of the root mean square of the map."""

    def __init__(self, model):
        self.distance = math.inf
        for module in model.modules():
            if isinstance(module, nn.ReLU):
                module.register_forward_pre_hook(lambda _, given: self.see(given[0], given[0].abs()))
            elif isinstance(module, nn.MaxPool2d):
                module.register_forward_pre_hook(lambda pool, given: self.see(given[0], leads_of(pool, given[0])))

    def see(self, maps, distances):
        scale = maps.square().mean().sqrt()
        self.distance = min(self.distance, (distances.min() / scale).item())


def leads_of(pool, maps):
    """Of the largest value over the second; where the largest is the zero of a ReLU, no gradient passes either of them."""
    windows = nn.functional.unfold(maps, pool.kernel_size, padding=pool.padding, stride=pool.stride)
    first, second = windows.unflatten(1, (-1, pool.kernel_size**2)).topk(2, dim=2).values.unbind(2)
    return (first - second)[first > 0]


def summary_of(values, name):
    """Norm, and product with a vector of signs, which a wrong order or sign would change."""
    values = values.detach().double().contiguous().flatten().numpy()
    signs = np.where(hashed(f"signs/{name}", len(values)) < 0, -1.0, 1.0)
    return [rounded(np.linalg.norm(values)), rounded(np.dot(values, signs))]


def rounded(value):
    return float(f"{value:.9g}")


class Training:
    def __init__(self, case, recipe, draw, dtype, memory_format=torch.contiguous_format, reverse=False):
        self.recipe, self.draw, self.shape = recipe, draw, case["input"]
        self.dtype, self.memory_format, self.reverse = dtype, memory_format, reverse
        self.model = Network(case["network"], self.shape["channels"], self.shape["classes"]).to(dtype)
        fill(groups_of(self.model, recipe), draw)
        self.model = self.model.to(memory_format=memory_format).train()
        self.kinks = Kinks(self.model)
        self.optimizer = torch.optim.SGD(
            groups_of(self.model, recipe), lr=recipe["learningRate"], momentum=recipe["momentum"]
        )

    def loss(self, name):
        images, labels = batch_of(f"{self.draw}/{name}", self.recipe["batchSize"], self.shape)
        if self.reverse:
            images, labels = images.flip(0), labels.flip(0)
        images = images.to(self.dtype).contiguous(memory_format=self.memory_format)
        return nn.functional.cross_entropy(self.model(images), labels)

    def step(self, number):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(f"step {number}")
        loss.backward()
        self.optimizer.step()
        return rounded(loss.item())

    def summaries(self):
        return {
            name: {
                "parameter": summary_of(parameter, name),
                "velocity": summary_of(self.optimizer.state[parameter]["momentum_buffer"], name),
            }
            for name, parameter in tensors_of(self.optimizer.param_groups)
        }

    def run(self, margin=0.0):
        """Losses of all steps, that of an evaluation after them, and the state after the first step; None if a kink was near."""
        losses, first = [], {}
        for number in range(1, self.recipe["steps"] + 1):
            losses.append(self.step(number))
            if self.kinks.distance < margin:
                return None
            if number == 1:
                first = self.summaries()
        self.model.eval()
        with torch.no_grad():
            evaluation = rounded(self.loss("evaluation").item())
        return {"losses": losses, "evaluation": evaluation}, first


def run(case, recipe):
    draw, found = 0, None
    while found is None:
        draw += 1
        found = Training(case, recipe, draw, torch.float64).run(MARGIN)
    exact, first = found
    singles = {name: Training(case, recipe, draw, torch.float32, **how).run()[0] for name, how in SUMS.items()}
    return {"name": case["name"], "draw": draw, "float64": exact, "float32": singles, "afterStep1": first}


def main():
    torch.set_num_threads(1)
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    made = {
        "pytorch": torch.__version__,
        "date": datetime.date.today().isoformat(),
        "command": "python test/pytorch/steps.py packages/train/test/pytorch-cases.json",
    }
    cases = [run(case, given["recipe"]) for case in given["cases"]]
    lines = ",\n".join(json.dumps(case) for case in cases)
    print(f'{{"provenance": {json.dumps(made)},\n"cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
