"""A network of the interchange format as a PyTorch module: the independent reference for speed and errors."""

import json
import math

import torch
from torch import nn


def round_half_even(x):
    return int(round(x))


def conv(width_in, width_out, kernel, stride=1, groups=1, bias=False):
    return nn.Conv2d(width_in, width_out, kernel, stride, (kernel - 1) // 2, groups=groups, bias=bias)


def activation(kind):
    return nn.SiLU() if kind == "silu" else nn.ReLU(inplace=True)


class SqueezeExcite(nn.Module):
    def __init__(self, width, gate_width, kind):
        super().__init__()
        self.down = conv(width, gate_width, 1, bias=True)
        self.act = activation(kind)
        self.up = conv(gate_width, width, 1, bias=True)

    def forward(self, x):
        return x * torch.sigmoid(self.up(self.act(self.down(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    def __init__(self, width_in, stage, stride, network):
        super().__init__()
        kind, act, width = network["block"], network["activation"], stage["width"]
        layers = []
        if kind in ("bottleneck", "linear-bottleneck"):
            inner = round_half_even(width / stage["bottleneckRatio"])
            groups = inner // stage["groupWidth"]
            gate = round_half_even(width_in * network["seRatio"])
            layers += [conv(width_in, inner, 1), nn.BatchNorm2d(inner), activation(act)]
            layers += [conv(inner, inner, 3, stride, groups), nn.BatchNorm2d(inner), activation(act)]
            if gate:
                layers.append(SqueezeExcite(inner, gate, act))
            layers += [conv(inner, width, 1), nn.BatchNorm2d(width)]
        elif kind in ("basic", "vanilla"):
            layers += [conv(width_in, width, 3, stride), nn.BatchNorm2d(width), activation(act)]
            layers += [conv(width, width, 3), nn.BatchNorm2d(width)]
        else:
            layers += [conv(width_in, width, 3, stride), nn.BatchNorm2d(width)]
        self.branch = nn.Sequential(*layers)
        changes = width_in != width or stride != 1
        self.residual = kind not in ("vanilla", "single") and not (kind == "linear-bottleneck" and changes)
        projected = self.residual and changes
        self.shortcut = nn.Sequential(conv(width_in, width, 1, stride), nn.BatchNorm2d(width)) if projected else None
        self.act = nn.Identity() if kind == "linear-bottleneck" else activation(act)

    def forward(self, x):
        y = self.branch(x)
        if self.residual:
            y = y + (x if self.shortcut is None else self.shortcut(x))
        return self.act(y)


class Network(nn.Module):
    def __init__(self, network, channels, classes):
        super().__init__()
        stem, act = network["stem"], network["activation"]
        kernel, stride = {"simple": (3, 2), "cifar": (3, 1), "imagenet": (7, 2)}[stem["kind"]]
        layers = [conv(channels, stem["width"], kernel, stride), nn.BatchNorm2d(stem["width"]), activation(act)]
        if stem["kind"] == "imagenet":
            layers.append(nn.MaxPool2d(3, 2, 1))
        width = stem["width"]
        for stage in network["stages"]:
            for index in range(stage["depth"]):
                layers.append(Block(width, stage, stage["stride"] if index == 0 else 1, network))
                width = stage["width"]
        head = network["head"]["width"]
        if head:
            layers += [conv(width, head, 1), nn.BatchNorm2d(head), activation(act)]
            width = head
        self.body = nn.Sequential(*layers)
        self.linear = nn.Linear(width, classes)
        self.apply(initialise)

    def forward(self, x):
        return self.linear(self.body(x).mean((2, 3)))


def initialise(module):
    if isinstance(module, nn.Conv2d):
        fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels
        nn.init.normal_(module.weight, 0.0, math.sqrt(2.0 / fan_out))
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.01)
        nn.init.zeros_(module.bias)


def read_networks(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
