"""torch's random numbers, from the generator up to split and shuffle order."""

import hashlib

import torch
from torch.utils.data import DataLoader, random_split

from .common import numbers

SEEDS = (0, 1, 42, 2**31, 2**40 + 3)


def digest(values) -> str:
    return hashlib.sha256(values.numpy().astype("<i4").tobytes()).hexdigest()


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def loaders(seed: int) -> dict:
    """Orders of two shuffled epochs and one unshuffled, drawn from the global generator as a script does."""
    torch.manual_seed(seed)
    train, validation = random_split(torch.arange(60_000), [0.8, 0.2])
    shuffled = DataLoader(train, batch_size=64, shuffle=True)
    plain = DataLoader(validation, batch_size=64)
    own = DataLoader(torch.arange(101), batch_size=7, shuffle=True, generator=seeded(seed))
    return {
        "train": digest(torch.tensor(train.indices)),
        "validation": digest(torch.tensor(validation.indices)),
        "trainStart": train.indices[:8],
        "epochs": [digest(torch.cat(list(loader))) for loader in (shuffled, plain, shuffled)],
        "ownGenerator": [torch.cat(list(own)).tolist() for _ in range(2)],
        "next": torch.randperm(8).tolist(),
    }


def fixture() -> dict:
    return {
        "generators": [
            {
                "seed": seed,
                "rand": numbers(torch.rand(5, generator=seeded(seed))),
                "uniform": numbers(torch.empty(700).uniform_(-0.3, 0.7, generator=seeded(seed))[690:]),
                "randnFew": numbers(torch.randn(7, generator=seeded(seed))),
                "randn16": numbers(torch.randn(16, generator=seeded(seed))),
                "randn37": numbers(torch.randn(37, generator=seeded(seed))),
                "randperm": torch.randperm(50, generator=seeded(seed)).tolist(),
                "randpermLarge": digest(torch.randperm(60_000, generator=seeded(seed))),
                "randint": torch.randint(0, 1000, (6,), generator=seeded(seed)).tolist(),
            }
            for seed in SEEDS
        ],
        "loaders": [{"seed": seed, **loaders(seed)} for seed in SEEDS[:3]],
        "fractions": [
            {"length": n, "fractions": f, "lengths": [len(s) for s in random_split(range(n), f)]}
            for n, f in ((10, [0.33, 0.33, 0.34]), (7, [0.5, 0.5]), (101, [0.7, 0.1, 0.1, 0.1]), (3, [0.9, 0.1]))
        ],
    }
