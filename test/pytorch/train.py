"""Trains a network with PyTorch by a recipe on images written by our side; a line of JSON an epoch.

Usage: train.py FOLDER SEED THREADS, where FOLDER holds job.json (network, recipe, sizes, mean, deviation, rates), and raw bytes
train.images, train.labels, validation.images, validation.labels.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

from network import Network


def read_set(folder, part, job):
    side, channels = job["resolution"], job["channels"]
    pixels = np.fromfile(folder / f"{part}.images", dtype=np.uint8).astype(np.float32)
    images = pixels.reshape(-1, side, side, channels)
    images = (images - np.array(job["mean"], np.float32)) / np.array(job["deviation"], np.float32)
    labels = np.fromfile(folder / f"{part}.labels", dtype=np.uint8).astype(np.int64)
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()), torch.from_numpy(labels)


def groups_of(model, recipe):
    weights, norms, biases = [], [], []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            norms += [module.weight, module.bias]
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            weights.append(module.weight)
            if module.bias is not None:
                biases.append(module.bias)
    return [
        {"params": weights, "weight_decay": recipe["weightDecay"]},
        {"params": norms, "weight_decay": recipe["batchNormWeightDecay"]},
        {"params": biases, "weight_decay": recipe["biasWeightDecay"]},
    ]


@torch.no_grad()
def error_of(model, images, labels):
    model.eval()
    wrong = 0
    for start in range(0, len(labels), 500):
        logits = model(images[start : start + 500])
        wrong += (logits.argmax(1) != labels[start : start + 500]).sum().item()
    model.train()
    return wrong / len(labels)


def main():
    folder, seed, threads = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    recipe, batch = job["recipe"], job["recipe"]["batchSize"]
    images, labels = read_set(folder, "train", job)
    held_images, held_labels = read_set(folder, "validation", job)
    model = Network(job["network"], job["channels"], job["classes"]).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        groups_of(model, recipe), lr=0.1, momentum=recipe["momentum"], nesterov=recipe["nesterov"]
    )
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe["labelSmoothing"])
    for epoch, rate in enumerate(job["rates"]):
        for group in optimizer.param_groups:
            group["lr"] = rate
        order = torch.randperm(len(labels))
        total, steps = 0.0, len(labels) // batch
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(images[chosen].contiguous(memory_format=torch.channels_last)), labels[chosen])
            loss.backward()
            optimizer.step()
            total += loss.item()
        error = error_of(model, held_images, held_labels)
        print(json.dumps({"epoch": epoch + 1, "trainLoss": total / steps, "validationError": error}), flush=True)


if __name__ == "__main__":
    main()
