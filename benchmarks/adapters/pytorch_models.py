"""The two networks that are compared, and a training step."""

import torch
from torch import nn


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


def step(model, batch):
    model = MODELS[model]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x, y = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))

    def once():
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return once
