"""Forward, input gradient and parameter gradients of layers and losses, in PyTorch's layouts.

`layer` and `options` are the arguments of the constructor in layers.test.ts; the gradient is that of
sum(output * weights) with the fixed weights of `seeds_of`.
"""

import torch
from torch import nn

from .common import numbers, tensor


def spread(shape: list[int], scale: float = 1.0) -> torch.Tensor:
    """Distinct values in ±scale, in no order: no ties for max pooling, no kinks at 0."""
    size = torch.Size(shape).numel()
    order = torch.randperm(size)
    values = (order.float() + 0.5) / size * 2 - 1
    # Three decimals: distinct up to 1000 values, and short in the fixture.
    return ((values * scale * 1000).round() / 1000).reshape(shape)


def conv(inp, *args, **options):
    torch_options = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    names = {"kernelSize": "kernel_size", "paddingMode": "padding_mode"}
    module = nn.Conv2d(*args, **{names.get(k, k): v for k, v in torch_options.items()})
    return {"layer": "Conv2d", "args": [*args, options], "module": module, "input": inp}


def pool(layer, inp, kernel, **options):
    names = {
        "ceilMode": "ceil_mode",
        "countIncludePad": "count_include_pad",
        "divisorOverride": "divisor_override",
    }
    as_tuple = lambda v: tuple(v) if isinstance(v, list) else v
    module = getattr(nn, layer)(as_tuple(kernel), **{names.get(k, k): as_tuple(v) for k, v in options.items()})
    return {"layer": layer, "args": [kernel, options], "module": module, "input": inp}


def other(layer, inp, args, module, **more):
    return {"layer": layer, "args": args, "module": module, "input": inp, **more}


def cases() -> dict:
    batch = [2, 3, 7, 6]
    image = [1, 3, 7, 6]
    small = [2, 3, 3, 2]
    norm_options = {"momentum": 0.3, "eps": 0.01}
    return {
        "conv": conv(batch, 3, 4, kernelSize=3),
        "conv 1x1": conv(image, 3, 2, kernelSize=1),
        "conv no bias": conv(image, 3, 2, kernelSize=3, bias=False),
        "conv padded": conv(image, 3, 4, kernelSize=3, padding=1),
        "conv padded unevenly": conv(image, 3, 4, kernelSize=[3, 5], padding=[1, 2]),
        "conv strided": conv(image, 3, 4, kernelSize=3, stride=2),
        "conv strided unevenly, padded": conv(image, 3, 4, kernelSize=[2, 3], stride=[2, 3], padding=[0, 1]),
        "conv stride beyond kernel": conv(image, 3, 2, kernelSize=2, stride=3),
        "conv same": conv(image, 3, 2, kernelSize=3, padding="same"),
        "conv same, even kernel": conv(image, 3, 2, kernelSize=[2, 4], padding="same"),
        "conv valid": conv(image, 3, 2, kernelSize=2, padding="valid"),
        "conv dilated": conv(image, 3, 2, kernelSize=3, dilation=2, padding=2),
        "conv dilated unevenly": conv(image, 3, 2, kernelSize=[3, 2], dilation=[1, 3]),
        "conv same, dilated": conv(image, 3, 2, kernelSize=2, dilation=3, padding="same"),
        "conv strided and dilated": conv(image, 3, 2, kernelSize=2, stride=2, dilation=[2, 3], padding=1),
        "conv grouped": conv([2, 4, 5, 5], 4, 6, kernelSize=3, groups=2, padding=1),
        "conv depthwise": conv(image, 3, 3, kernelSize=3, groups=3),
        "conv depthwise, multiplied": conv(image, 3, 6, kernelSize=3, groups=3, padding=1, stride=2),
        "conv depthwise, dilated": conv(image, 3, 6, kernelSize=2, groups=3, dilation=2),
        "conv depthwise, padded unevenly": conv(image, 3, 3, kernelSize=3, groups=3, padding=[0, 2]),
        "conv reflect": conv(image, 3, 2, kernelSize=3, padding=[2, 1], paddingMode="reflect"),
        "conv replicate": conv(image, 3, 2, kernelSize=3, padding=[1, 3], paddingMode="replicate"),
        "conv circular": conv(image, 3, 2, kernelSize=3, padding=[2, 1], paddingMode="circular"),
        "conv reflect same": conv(image, 3, 2, kernelSize=[2, 3], padding="same", paddingMode="reflect"),
        "conv one pixel": conv([1, 1, 1, 1], 1, 1, kernelSize=3, padding=1),
        "max pool": pool("MaxPool2d", batch, 2),
        "max pool overlapping": pool("MaxPool2d", image, 3, stride=1),
        "max pool uneven": pool("MaxPool2d", image, [3, 2], stride=[2, 1]),
        "max pool padded": pool("MaxPool2d", image, 3, stride=2, padding=1),
        "max pool padded unevenly": pool("MaxPool2d", image, [2, 3], stride=[2, 3], padding=[1, 0]),
        "max pool ceil": pool("MaxPool2d", image, 2, ceilMode=True),
        "max pool ceil, padded": pool("MaxPool2d", image, 3, stride=2, padding=1, ceilMode=True),
        "max pool ceil, last window outside": pool("MaxPool2d", [1, 2, 6, 5], 2, stride=3, padding=1, ceilMode=True),
        "max pool dilated": pool("MaxPool2d", image, 2, stride=1, dilation=[2, 3]),
        "max pool dilated, padded, ceil": pool("MaxPool2d", image, 3, stride=2, padding=1, dilation=2, ceilMode=True),
        "avg pool": pool("AvgPool2d", batch, 2),
        "avg pool overlapping": pool("AvgPool2d", image, [3, 2], stride=[1, 2]),
        "avg pool padded": pool("AvgPool2d", image, 3, stride=2, padding=1),
        "avg pool padded, not counted": pool("AvgPool2d", image, 3, stride=2, padding=[1, 0], countIncludePad=False),
        "avg pool ceil": pool("AvgPool2d", image, 2, ceilMode=True),
        "avg pool ceil, padded": pool("AvgPool2d", image, 3, stride=2, padding=1, ceilMode=True),
        "avg pool ceil, padded, not counted": pool(
            "AvgPool2d", image, 3, stride=2, padding=1, ceilMode=True, countIncludePad=False
        ),
        "avg pool divisor": pool("AvgPool2d", image, 3, stride=2, padding=1, divisorOverride=5),
        "linear": other("Linear", [4, 5], [5, 3], nn.Linear(5, 3)),
        "linear no bias": other("Linear", [1, 5], [5, 3, {"bias": False}], nn.Linear(5, 3, bias=False)),
        "linear on sequences": other("Linear", [2, 3, 5], [5, 2], nn.Linear(5, 2)),
        "linear on a vector": other("Linear", [5], [5, 2], nn.Linear(5, 2)),
        "flatten": other("Flatten", small, [], nn.Flatten()),
        "flatten one channel": other("Flatten", [2, 1, 3, 4], [], nn.Flatten()),
        "flatten one pixel": other("Flatten", [2, 3, 1, 1], [], nn.Flatten()),
        "flatten sequences": other("Flatten", [2, 3, 4], [], nn.Flatten()),
        "flatten spatial axes": other("Flatten", small, [2, 3], nn.Flatten(2, 3)),
        "flatten everything": other("Flatten", small, [0, -1], nn.Flatten(0, -1)),
        "relu": other("ReLU", [3, 4], [], nn.ReLU()),
        "sigmoid": other("Sigmoid", [3, 4], [], nn.Sigmoid()),
        "tanh": other("Tanh", [3, 4], [], nn.Tanh()),
        "gelu": other("GELU", [3, 4], [], nn.GELU()),
        "gelu tanh": other("GELU", [3, 4], [{"approximate": "tanh"}], nn.GELU(approximate="tanh")),
        "silu": other("SiLU", [3, 4], [], nn.SiLU()),
        "leaky relu": other("LeakyReLU", [3, 4], [0.2], nn.LeakyReLU(0.2)),
        "elu": other("ELU", [3, 4], [], nn.ELU()),
        "elu alpha": other("ELU", [3, 4], [0.5], nn.ELU(0.5)),
        "softmax": other("Softmax", [3, 4], [], nn.Softmax(dim=-1)),
        "softmax other axis": other("Softmax", [3, 4], [0], nn.Softmax(dim=0)),
        "softmax channels": other("Softmax", small, [], nn.Softmax(dim=1)),
        "log softmax": other("LogSoftmax", [3, 4], [], nn.LogSoftmax(dim=-1)),
        "identity": other("Identity", [3, 4], [], nn.Identity()),
        "batch norm": other("BatchNorm2d", small, [3], nn.BatchNorm2d(3), batches=3),
        "batch norm options": other(
            "BatchNorm2d", small, [3, norm_options], nn.BatchNorm2d(3, **norm_options), batches=2
        ),
        "batch norm cumulative": other(
            "BatchNorm2d", small, [3, {"momentum": None}], nn.BatchNorm2d(3, momentum=None), batches=3
        ),
        "batch norm plain": other("BatchNorm2d", small, [3, {"affine": False}], nn.BatchNorm2d(3, affine=False)),
        "batch norm evaluated": other("BatchNorm2d", small, [3], nn.BatchNorm2d(3), batches=2, evaluate=True),
        "batch norm untracked": other(
            "BatchNorm2d",
            small,
            [3, {"trackRunningStats": False}],
            nn.BatchNorm2d(3, track_running_stats=False),
            evaluate=True,
        ),
        "batch norm 1d": other("BatchNorm1d", [5, 3], [3], nn.BatchNorm1d(3), batches=2),
        "layer norm": other("LayerNorm", [4, 5], [5], nn.LayerNorm(5)),
        "layer norm two axes": other(
            "LayerNorm", [2, 3, 4], [[3, 4], {"eps": 0.1}], nn.LayerNorm([3, 4], eps=0.1)
        ),
        "layer norm plain": other(
            "LayerNorm", [4, 5], [5, {"elementwiseAffine": False}], nn.LayerNorm(5, elementwise_affine=False)
        ),
    }


def embedding() -> dict:
    module = nn.Embedding(6, 3)
    indices = torch.tensor([[1, 5, 1], [0, 1, 2]])
    output = module(indices)
    weights = spread(list(output.shape))
    (output * weights).sum().backward()
    return {
        "weight": tensor(module.weight),
        "indices": tensor(indices),
        "output": tensor(output),
        "weights": tensor(weights),
        "gradient": tensor(module.weight.grad),
    }


def run(name: str, case: dict) -> dict:
    module = case["module"]
    # Not at the defaults of 1 and 0, where a missing factor would not show.
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(spread(list(parameter.shape), 0.8))
    before = {key: tensor(v) for key, v in module.state_dict().items() if v.dtype == torch.float32}
    shape = case["input"]
    warmups = [spread(shape, 2.0) for _ in range(case.get("batches", 1) - 1)]
    for batch in warmups:
        module(batch)
    if case.get("evaluate"):
        module.eval()
    x = spread(shape, 2.0).requires_grad_()
    output = module(x)
    weights = spread(list(output.shape))
    (output * weights).sum().backward()
    return {
        "name": name,
        "layer": case["layer"],
        "args": case["args"],
        "evaluate": case.get("evaluate", False),
        "state": before,
        "warmups": [tensor(batch) for batch in warmups],
        "input": tensor(x),
        "output": tensor(output),
        "weights": tensor(weights),
        "inputGradient": tensor(x.grad),
        "gradients": {key: tensor(p.grad) for key, p in module.named_parameters()},
        "buffers": {key: tensor(b) for key, b in module.named_buffers()},
    }


def losses() -> list[dict]:
    rows, classes = 5, 4
    indices = torch.tensor([3, 0, 1, 1, 2])
    ignoring = torch.tensor([3, -100, 1, 1, -100])
    images = torch.tensor([[[0, 1], [2, 2]], [[1, 3], [0, 1]]])
    weight = [0.5, 2.0, 1.0, 0.25]
    probabilities = torch.softmax(spread([rows, classes]), dim=1)
    flags = (spread([rows, classes]) > 0).float()
    table = []

    def add(name, layer, options, target, inp=(rows, classes), scale=2.0, **torch_options):
        options_torch = {
            {"labelSmoothing": "label_smoothing", "ignoreIndex": "ignore_index", "posWeight": "pos_weight"}.get(k, k): (
                torch.tensor(v) if isinstance(v, list) else v
            )
            for k, v in options.items()
        }
        module = getattr(nn, layer)(**options_torch)
        x = spread(list(inp), scale)
        if layer == "NLLLoss":
            x = torch.log_softmax(x, dim=1)
        x = x.requires_grad_()
        output = module(x, target)
        output.sum().backward()
        table.append(
            {
                "name": name,
                "layer": layer,
                "options": options,
                "input": tensor(x),
                "target": tensor(target),
                "integer": not target.is_floating_point(),
                "output": tensor(output),
                "inputGradient": tensor(x.grad),
            }
        )

    add("cross-entropy", "CrossEntropyLoss", {}, indices)
    add("cross-entropy sum", "CrossEntropyLoss", {"reduction": "sum"}, indices)
    add("cross-entropy none", "CrossEntropyLoss", {"reduction": "none"}, indices)
    add("cross-entropy weighted", "CrossEntropyLoss", {"weight": weight}, indices)
    add("cross-entropy weighted sum", "CrossEntropyLoss", {"weight": weight, "reduction": "sum"}, indices)
    add("cross-entropy weighted none", "CrossEntropyLoss", {"weight": weight, "reduction": "none"}, indices)
    add("cross-entropy ignoring", "CrossEntropyLoss", {}, ignoring)
    add("cross-entropy ignoring none", "CrossEntropyLoss", {"reduction": "none"}, ignoring)
    add("cross-entropy ignoring a class", "CrossEntropyLoss", {"ignoreIndex": 1}, indices)
    add("cross-entropy smoothed", "CrossEntropyLoss", {"labelSmoothing": 0.1}, indices)
    add(
        "cross-entropy smoothed, weighted, ignoring",
        "CrossEntropyLoss",
        {"labelSmoothing": 0.2, "weight": weight, "ignoreIndex": 1},
        indices,
    )
    add(
        "cross-entropy smoothed, weighted, ignoring, none",
        "CrossEntropyLoss",
        {"labelSmoothing": 0.2, "weight": weight, "reduction": "none"},
        ignoring,
    )
    add("cross-entropy images", "CrossEntropyLoss", {}, images, (2, classes, 2, 2))
    add("cross-entropy probabilities", "CrossEntropyLoss", {}, probabilities)
    add(
        "cross-entropy probabilities, weighted, smoothed",
        "CrossEntropyLoss",
        {"weight": weight, "labelSmoothing": 0.3},
        probabilities,
    )
    add("cross-entropy probabilities sum", "CrossEntropyLoss", {"reduction": "sum"}, probabilities)
    add("cross-entropy probabilities none", "CrossEntropyLoss", {"reduction": "none"}, probabilities)
    add("cross-entropy huge logits", "CrossEntropyLoss", {}, indices, scale=1e4)
    add("nll", "NLLLoss", {}, indices)
    add("nll weighted", "NLLLoss", {"weight": weight}, indices)
    add("nll ignoring sum", "NLLLoss", {"reduction": "sum"}, ignoring)
    add("nll weighted none", "NLLLoss", {"weight": weight, "reduction": "none"}, indices)
    add("nll images", "NLLLoss", {}, images, (2, classes, 2, 2))
    for reduction in ["mean", "sum", "none"]:
        options = {"reduction": reduction}
        add(f"mse {reduction}", "MSELoss", options, spread([rows, classes]))
        add(f"l1 {reduction}", "L1Loss", options, spread([rows, classes]))
        add(f"bce {reduction}", "BCEWithLogitsLoss", options, flags)
    add("bce weighted", "BCEWithLogitsLoss", {"posWeight": weight}, flags)
    add("bce huge logits", "BCEWithLogitsLoss", {}, flags, scale=1e4)
    return table


def fixture() -> dict:
    torch.manual_seed(2024)
    return {
        "layers": [run(name, case) for name, case in cases().items()],
        "losses": losses(),
        "embedding": embedding(),
    }
