"""Outputs and gradients of ops, with inputs and outputs in tfjs's layouts (channels last).

The gradient is that of sum(output * weights). `gradients.test.ts` has the tfjs op for each name.
"""

import torch
from torch.nn import functional as F

from .common import tensor


def planes(f):
    """An op on [n, c, h, w] as one on [n, h, w, c]."""
    return lambda x: f(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def conv(**options):
    def op(x, w):  # [n, h, w, c] and [kh, kw, in / groups, out]
        y = F.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), **options)
        return y.permute(0, 2, 3, 1)

    return op


def cases():
    r = torch.randn
    positive = lambda *shape: torch.rand(*shape) + 0.5
    zeros = torch.tensor([[0.0, 2.0, 3.0, -1.0], [0.5, 0.0, 0.0, 2.0]])
    index = torch.tensor([2, 0, 2])
    pool = dict(count_include_pad=False)
    return [
        ("avgPool padded", planes(lambda x: F.avg_pool2d(x, 3, 2, 1, **pool)), [r(2, 5, 7, 2)]),
        ("maxPool padded", planes(lambda x: F.max_pool2d(x, 3, 2, 1)), [r(2, 5, 7, 2)]),
        ("maxPool of zeros", planes(lambda x: F.max_pool2d(x, 2)), [r(1, 4, 4, 3).relu()]),
        ("mirrorPad reflect", planes(lambda x: F.pad(x, (2, 1, 1, 2), "reflect")), [r(1, 4, 3, 2)]),
        ("resizeBilinear", planes(lambda x: F.interpolate(x, (7, 5), mode="bilinear")), [r(2, 4, 3, 2)]),
        (
            "resizeBilinear alignCorners",
            planes(lambda x: F.interpolate(x, (3, 7), mode="bilinear", align_corners=True)),
            [r(1, 5, 4, 2)],
        ),
        ("resizeNearestNeighbor", planes(lambda x: F.interpolate(x, (14, 16))), [r(1, 7, 8, 1)]),
        ("conv2d dilated", conv(dilation=2), [r(1, 6, 7, 2), r(3, 2, 2, 3)]),
        ("conv2d stride 2", conv(stride=2, padding=1), [r(2, 5, 6, 2), r(3, 3, 2, 3)]),
        ("matMul batches", torch.matmul, [r(2, 3, 4), r(1, 4, 2)]),
        ("einsum attention", lambda q, k: torch.einsum("bhqd,bhkd->bhqk", q, k), [r(2, 2, 3, 4), r(2, 2, 5, 4)]),
        ("cumsum", lambda x: x.cumsum(0), [r(3, 4)]),
        ("cumprod with zeros", lambda x: x.cumprod(1), [zeros]),
        ("prod with zeros", lambda x: x.prod(1), [zeros]),
        ("gather rows", lambda x: x[index], [r(4, 3)]),
        ("topk", lambda x: x.topk(2).values, [r(3, 5)]),
        ("pow", torch.pow, [positive(2, 3), r(3)]),
        ("atan2", torch.atan2, [r(2, 3), r(1, 3)]),
        ("squaredDifference", lambda a, b: (a - b) ** 2, [r(2, 3), r(2, 1)]),
        ("maximum", torch.maximum, [r(2, 3), r(3)]),
        ("softmax", lambda x: x.softmax(-1), [r(3, 5) * 4]),
        ("logSoftmax", lambda x: x.log_softmax(-1), [r(3, 5) * 4]),
        ("sigmoid", torch.sigmoid, [r(3, 4) * 8]),
        ("erf", torch.erf, [r(3, 4) * 2]),
        ("selu", F.selu, [r(3, 4)]),
        ("prelu", F.prelu, [r(3, 4), torch.tensor([0.25])]),
        ("relu6", F.relu6, [torch.tensor([-1.0, 0.0, 3.0, 6.0, 7.0])]),
        ("clipByValue", lambda x: x.clamp(0, 1), [torch.tensor([-1.0, 0.0, 0.5, 1.0, 2.0])]),
        ("abs", torch.abs, [torch.tensor([-2.0, 0.0, 3.0])]),
    ]


def fixture() -> dict:
    torch.manual_seed(0)
    written = []
    for name, f, inputs in cases():
        inputs = [x.detach().clone().requires_grad_() for x in inputs]
        output = f(*inputs)
        weights = torch.randn(output.shape)
        (output * weights).sum().backward()
        written.append(
            {
                "name": name,
                "inputs": [tensor(x) for x in inputs],
                "output": tensor(output),
                "weights": tensor(weights),
                "gradients": [tensor(x.grad) for x in inputs],
            }
        )
    return {"cases": written}
