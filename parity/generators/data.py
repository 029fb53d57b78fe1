"""Split, shuffle and sampler orders, and what torchvision's transforms make of small images.

Needs torchvision as well: pip install --no-deps torchvision==0.28.0 pillow
"""

import torch
from torch.utils import data

from .common import tensor

# torchvision's compiled ops, which transforms do not use, are built for another torch; the import asks for these.
OPS = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    OPS.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from torchvision import transforms as T  # noqa: E402

SEEDS = [0, 1, 42, 1234567, 2**31 - 1, 2**32 + 5]
SPLITS = [
    (10, [0.8, 0.2]),
    (11, [0.5, 0.3, 0.2]),
    (101, [0.7, 0.2, 0.1]),
    (7, [1]),
    (7, [1, 0]),
    (3, [0.25, 0.25, 0.25, 0.25]),
    (20, [13, 7]),
    (20, [20, 0]),
    (0, [0, 0]),
    (60000, [0.8, 0.2]),
]


class Indices(data.Dataset):
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return index


def batches(loader):
    return [batch.tolist() for batch in loader]


def next_draw():
    """Where the default generator stands after what was drawn."""
    return int(torch.randint(0, 2**24, (1,)))


def digest(values):
    """Position-weighted sum and ends: a whole order of 60,000 in four numbers."""
    return {
        "length": len(values),
        "first": values[:8],
        "last": values[-8:],
        "sum": sum((i % 1009 + 1) * v for i, v in enumerate(values)),
    }


def splits():
    import warnings

    cases = []
    for length, lengths in SPLITS:
        for seed in SEEDS[:3]:
            torch.manual_seed(seed)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parts = [list(p.indices) for p in data.random_split(Indices(length), lengths)]
            large = length > 1000
            cases.append(
                {
                    "length": length,
                    "lengths": lengths,
                    "seed": seed,
                    "parts": [digest(p) for p in parts] if large else parts,
                    "next": next_draw(),
                }
            )
    return cases


LOADERS = [
    dict(length=10, batch_size=3, shuffle=True),
    dict(length=10, batch_size=3, shuffle=False),
    dict(length=10, batch_size=5, shuffle=True, drop_last=True),
    dict(length=11, batch_size=4, shuffle=True, drop_last=True),
    dict(length=5, batch_size=64, shuffle=True),
    dict(length=9, batch_size=3, shuffle=True, own=True),
    dict(length=10, batch_size=3, shuffle=True, own=True),
    dict(length=10, batch_size=3, shuffle=False, own=True),
]


def loaders():
    cases = []
    for case in LOADERS:
        for seed in SEEDS:
            options = {k: v for k, v in case.items() if k not in ("length", "own")}
            generator = torch.Generator().manual_seed(seed) if case.get("own") else None
            torch.manual_seed(seed)
            loader = data.DataLoader(Indices(case["length"]), generator=generator, **options)
            epochs = [batches(loader) for _ in range(3)]
            cases.append({**case, "seed": seed, "epochs": epochs, "next": next_draw()})
    return cases


def interleaved():
    """Two loaders in step: the base seeds are drawn when the iterators are made, the orders' seeds at the first batch."""
    torch.manual_seed(3)
    a = data.DataLoader(Indices(8), batch_size=2, shuffle=True)
    b = data.DataLoader(Indices(8), batch_size=2, shuffle=True)
    pairs = [[x.tolist(), y.tolist()] for x, y in zip(a, b)]
    return {"pairs": pairs, "next": next_draw()}


def left_early():
    """A loop left after its first batch, from the loader's own generator, then a whole pass."""
    generator = torch.Generator().manual_seed(5)
    loader = data.DataLoader(Indices(6), batch_size=2, shuffle=True, generator=generator)
    for batch in loader:
        first = batch.tolist()
        break
    return {"first": first, "then": batches(loader)}


def samplers():
    cases = []

    def add(name, make, **options):
        for seed in SEEDS:
            torch.manual_seed(seed)
            sampler = make()
            cases.append(
                {"name": name, "seed": seed, "passes": [list(sampler), list(sampler)], "next": next_draw(), **options}
            )

    twelve = Indices(12)
    add("random", lambda: data.RandomSampler(twelve), length=12)
    add("random", lambda: data.RandomSampler(twelve, num_samples=30), length=12, numSamples=30)
    add("random", lambda: data.RandomSampler(twelve, num_samples=5), length=12, numSamples=5)
    add(
        "random",
        lambda: data.RandomSampler(twelve, replacement=True, num_samples=70),
        length=12,
        numSamples=70,
        replacement=True,
    )
    add("subset", lambda: data.SubsetRandomSampler([3, 5, 8, 13, 21]), indices=[3, 5, 8, 13, 21])
    weights = [0.1, 0.9, 0.4, 0.7, 3.0, 0.6, 0.0]
    add("weighted", lambda: data.WeightedRandomSampler(weights, 50), weights=weights, numSamples=50)
    return cases


def images(n, c, h, w):
    generator = torch.Generator().manual_seed(n * 1000 + c * 100 + h + w)
    return torch.randint(0, 256, (n, c, h, w), dtype=torch.uint8, generator=generator)


TRANSFORMS = {
    "horizontalFlip": (lambda: T.RandomHorizontalFlip(), (6, 1, 5, 4)),
    "verticalFlip": (lambda: T.RandomVerticalFlip(0.3), (6, 3, 4, 5)),
    "crop": (lambda: T.RandomCrop(6, padding=2), (6, 1, 6, 6)),
    "cropFill": (lambda: T.RandomCrop((3, 5), padding=1, fill=9), (6, 3, 4, 7)),
    "cropWhole": (lambda: T.RandomCrop((4, 4)), (3, 1, 4, 4)),
    "rotation": (lambda: T.RandomRotation(30), (5, 1, 14, 14)),
    "rotationFill": (lambda: T.RandomRotation((10, 80), fill=7), (4, 2, 9, 12)),
    "affine": (lambda: T.RandomAffine(20, translate=(0.2, 0.1), scale=(0.7, 1.3), shear=10), (5, 1, 13, 14)),
    "affineAngle": (lambda: T.RandomAffine((5, 25), fill=3), (3, 2, 8, 8)),
    "composed": (
        lambda: T.Compose(
            [T.RandomCrop(8, padding=1), T.RandomHorizontalFlip(), T.RandomRotation(15), T.ConvertImageDtype(torch.float32)]
            + [T.Normalize(0.1307, 0.3081)]
        ),
        (6, 1, 8, 8),
    ),
}


def transforms():
    cases = {}
    for name, (make, shape) in TRANSFORMS.items():
        batch = images(*shape)
        torch.manual_seed(11)
        transform = make()
        out = torch.stack([transform(image) for image in batch])
        cases[name] = {"input": tensor(batch), "output": tensor(out), "next": next_draw()}
    return cases


def fixture():
    every_byte = torch.arange(256, dtype=torch.uint8)
    scaled = every_byte.to(torch.float32).div(255)
    rgb = scaled[:48].reshape(1, 3, 4, 4)
    return {
        "splits": splits(),
        "loaders": loaders(),
        "interleaved": interleaved(),
        "leftEarly": left_early(),
        "samplers": samplers(),
        "scaled": tensor(scaled),
        "normalized": {
            "input": tensor(rgb),
            "output": tensor(T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(rgb)),
        },
        "transforms": transforms(),
    }
