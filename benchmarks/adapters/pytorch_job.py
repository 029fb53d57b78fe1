"""The demo's job (apps/mnist-demo/src/train.ts) in PyTorch, from reading the files to the test.

Batches are made by indexing, images staying bytes until then: torch's DataLoader collates sample by sample,
which takes longer than the training.
"""

from pathlib import Path

import torch
from torch import nn

from pytorch_models import MODELS

BATCH = 64


def idx(file, header):
    return torch.frombuffer(bytearray(file.read_bytes()), dtype=torch.uint8, offset=header)


def dataset(folder, name):
    images = idx(folder / f"{name}-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)
    return images, idx(folder / f"{name}-labels-idx1-ubyte", 8).long()


def batches(images, labels, order):
    for indices in order.split(BATCH):
        yield images[indices].float().div_(255), labels[indices]


def evaluate(model, data):
    loss, correct, count = torch.zeros(()), torch.zeros((), dtype=torch.long), 0
    model.eval()
    with torch.no_grad():
        for x, y in data:
            logits = model(x)
            loss += nn.functional.cross_entropy(logits, y) * len(y)
            correct += (logits.argmax(1) == y).sum()
            count += len(y)
    return loss.item() / count, correct.item() / count


def train_epoch(model, optimizer, data):
    loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.long)
    model.train()
    for x, y in data:
        logits = model(x)
        loss = nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(y)
        correct += (logits.detach().argmax(1) == y).sum()
    return loss_sum.item(), correct.item()


def job(epochs, folder, limit=None):
    def once():
        torch.manual_seed(0)
        train, test = dataset(Path(folder), "train"), dataset(Path(folder), "t10k")
        order = torch.randperm(min(limit or len(train[0]), len(train[0])))
        training, validation = order.split([int(0.8 * len(order)), len(order) - int(0.8 * len(order))])
        model = MODELS["reference"]()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for _ in range(epochs):
            train_epoch(model, optimizer, batches(*train, training[torch.randperm(len(training))]))
            evaluate(model, batches(*train, validation[torch.randperm(len(validation))]))
        _, accuracy = evaluate(model, batches(*test, torch.arange(len(test[0]))))
        return {"testAccuracy": accuracy}

    return once
