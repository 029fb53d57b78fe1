"""PyTorch's CPU build with as many threads as the first argument says; same protocol as serve.js."""

import json
import platform
import sys
import time

import torch

from pytorch_job import job
from pytorch_kernels import kernel
from pytorch_models import step

TASKS = {"step": step, "kernel": kernel, "job": job}

torch.set_num_threads(int(sys.argv[1]))
about = {"torch": torch.__version__, "python": platform.python_version()}
print(json.dumps({"ready": True, "about": about}), flush=True)
current, run = None, None
for line in sys.stdin:
    details = json.loads(line)
    task, repeats = details.pop("task"), details.pop("repeats")
    try:
        key = task, json.dumps(details)
        if key != current:
            run = TASKS[task](**details)
            current = key
        start = time.perf_counter()
        for _ in range(repeats):
            result = run()
        ms = 1000 * (time.perf_counter() - start) / repeats
        answer = {"ms": ms, **(result if isinstance(result, dict) else {})}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
    print(json.dumps(answer), flush=True)
