"""Classification metrics: torch for predictions and counts, the definitions written out in float64 for the rest.

The definitions are those of torchmetrics (multiclass, zero_division 0) and scikit-learn (labels=None): the
macro average is over the classes that are among the labels or the predictions.
"""

import torch
from generators.common import numbers, tensor

#       name            rows classes k  classes that occur as labels
CASES = [
    ("random", 40, 5, (1, 2, 5), None),
    ("two classes", 17, 2, (1, 2), None),
    ("one class", 4, 1, (1,), None),
    ("one row", 1, 7, (1, 3), None),
    ("labels of two of six classes", 30, 6, (1, 3), (1, 4)),
    ("ties", 50, 4, (1, 2, 3), None),
    ("many classes", 64, 20, (1, 5, 10), None),
]


def fixture() -> dict:
    torch.manual_seed(11)
    return {
        "cases": [case(*arguments) for arguments in CASES],
        "softmax": [softmax(shape) for shape in ((5,), (3, 4), (2, 3, 2), (2, 1, 3, 5))],
        "softmax_large": [softmax_of(row) for row in ([1000.0, 999.0, -1000.0], [-1e38, 0.0, 80.0], [3.0, 3.0, 3.0])],
    }


def case(name: str, rows: int, classes: int, ks: tuple, occurring: tuple | None) -> dict:
    scores = torch.randn(rows, classes)
    if name == "ties":
        scores = scores.round()
    elif occurring is not None:
        # Class 0 is never predicted either.
        scores[:, 0] = -9.0
    pool = torch.tensor(occurring if occurring is not None else range(classes))
    labels = pool[torch.randint(len(pool), (rows,))]
    # A stable sort puts the first of equal scores first; argmax promises nothing.
    ranking = torch.sort(scores, dim=1, descending=True, stable=True).indices
    predicted = ranking[:, 0]
    matrix = torch.zeros(classes, classes, dtype=torch.int64)
    for actual, guess in zip(labels.tolist(), predicted.tolist()):
        matrix[actual, guess] += 1
    return {
        "name": name,
        "scores": tensor(scores),
        "labels": labels.tolist(),
        "accuracy": (predicted == labels).double().mean().item(),
        "top_k": [
            {"k": k, "value": (ranking[:, :k] == labels[:, None]).any(1).double().mean().item()} for k in ks
        ],
        "confusion": matrix.tolist(),
        "scores_by_average": {
            score: {average: class_score(matrix.double(), score, average) for average in ("macro", "micro", "weighted", "none")}
            for score in ("precision", "recall", "f1")
        },
    }


def class_score(matrix: torch.Tensor, score: str, average: str) -> float | list:
    hits, predicted, actual = matrix.diagonal(), matrix.sum(0), matrix.sum(1)
    numerator = 2 * hits if score == "f1" else hits
    denominator = {"precision": predicted, "recall": actual, "f1": predicted + actual}[score]
    if average == "micro":
        return (numerator.sum() / denominator.sum()).item()
    values = torch.where(denominator > 0, numerator / denominator.clamp(min=1), 0.0)
    if average == "none":
        return values.tolist()
    weights = actual if average == "weighted" else (predicted + actual > 0).double()
    return ((values * weights).sum() / weights.sum()).item()


def softmax(shape: tuple) -> dict:
    logits = torch.randn(shape) * 3
    return {"logits": tensor(logits), "probabilities": numbers(torch.softmax(logits, -1))}


def softmax_of(row: list) -> dict:
    logits = torch.tensor(row)
    return {"logits": row, "probabilities": numbers(torch.softmax(logits, -1))}
