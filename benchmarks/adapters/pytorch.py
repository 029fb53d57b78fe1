"""PyTorch's CPU build with as many threads as the first argument says; same protocol as serve.js."""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))


def conv(i, o):
    return [nn.Conv2d(i, o, 3, padding=1), nn.ReLU()]


MODELS = {
    "reference": lambda: nn.Sequential(
        *conv(1, 8), nn.MaxPool2d(2), *conv(8, 16), nn.MaxPool2d(2), *conv(16, 32), nn.Flatten(), nn.Linear(1568, 10)
    ),
    "larger": lambda: nn.Sequential(
        *conv(1, 32),
        nn.MaxPool2d(2),
        *conv(32, 64),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    ),
}


def prepare(name, batch):
    model = MODELS[name]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x, y = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))

    def step():
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


steppers = {}
print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = request["model"], request["batch"]
    if key not in steppers:
        steppers[key] = prepare(*key)
    start = time.perf_counter()
    for _ in range(request["steps"]):
        steppers[key]()
    print(json.dumps({"ms": 1000 * (time.perf_counter() - start) / request["steps"]}), flush=True)
