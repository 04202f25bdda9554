"""Times PyTorch's eager training steps of networks: a line of JSON a network, {"imagesPerSecond", "seconds"}.

Usage: throughput.py NETWORKS.ndjson RESOLUTION CHANNELS CLASSES BATCH STEPS THREADS   (THREADS 0: PyTorch's default)
"""

import json
import statistics
import sys
import time

import torch
from torch import nn

from network import Network, read_networks


def measure(network, resolution, channels, classes, batch, steps):
    torch.manual_seed(0)
    model = Network(network, channels, classes).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-5)
    images = torch.randn(batch, channels, resolution, resolution).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(classes, (batch,))
    loss_of = nn.CrossEntropyLoss()
    times = []
    for step in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        if step >= 2:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    path, resolution, channels, classes, batch, steps, threads = sys.argv[1:8]
    if int(threads):
        torch.set_num_threads(int(threads))
    for network in read_networks(path):
        seconds = measure(network, int(resolution), int(channels), int(classes), int(batch), int(steps))
        print(json.dumps({"imagesPerSecond": int(batch) / seconds, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
