"""Devices: what a model runs on and in which number format.

A job takes one GPU for itself where there is one; several jobs on one machine each take another. On a CPU it takes
the threads that it is given (OMP_NUM_THREADS, which Snakemake sets from a rule's `threads`).
"""

import contextlib
import fcntl
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

# What Linux calls a processor's bf16 instructions. benchmarks/finetune_speed.py measures what they bring.
BF16_FLAGS = {"amx_bf16", "avx512_bf16"}

_held: list[Any] = []


def choose() -> Any:
    """The torch device of this process: its own CUDA GPU where there is one, else the CPU.

    With several GPUs in sight the first one that no other job of this project holds is taken and the rest are hidden,
    waiting until one is free. A process started by torchrun or accelerate takes the GPU of its local rank.
    """
    import torch

    if not torch.cuda.is_available():
        return torch.device("cpu")
    if "LOCAL_RANK" in os.environ:
        return torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    if not _held and not torch.cuda.is_initialized():
        _take_one_gpu(torch.cuda.device_count())
    return torch.device("cuda", 0)


def _take_one_gpu(count: int) -> None:
    """Lock one of `count` visible GPUs until the process ends (the lock goes with it, however it ends)."""
    names = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    names = names if len(names) == count and all(names) else [str(k) for k in range(count)]
    folder = Path(tempfile.gettempdir()) / f"small-or-large-gpus-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    waited = 0
    while True:
        for name in names:
            lock = (folder / f"{name.replace('/', '_')}.lock").open("w")
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _held.append(lock)
                os.environ["CUDA_VISIBLE_DEVICES"] = name
                log.info("GPU %s of %s is this job's own", name, ", ".join(names))
                return
            lock.close()
        if waited % 600 == 0:
            log.info("all of %d GPUs are held by other jobs; waiting", count)
        time.sleep(5)
        waited += 5


def precision(setting: str, device: Any) -> str:
    """Number format to compute in: float32, bf16 or fp16.

    `auto` is bf16 on a GPU that is made for it and on a CPU with instructions for it; float32 elsewhere, since
    bf16 is about twice as slow there. fp16 needs a GPU and falls back to float32 without one.
    """
    import torch

    if device.type != "cuda":
        if setting == "fp16":
            log.info("fp16 needs a GPU: computing in float32")
            return "float32"
        return setting if setting != "auto" else "bf16" if _cpu_computes_in_bf16() else "float32"
    if setting == "auto":
        return "bf16" if torch.cuda.get_device_capability(device) >= (8, 0) else "fp16"
    return setting


def _cpu_computes_in_bf16() -> bool:
    """Whether this CPU multiplies in bf16 by itself, as Linux says: AMX, or AVX-512 BF16 (AMD since Zen 4)."""
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(errors="replace").split() if cpuinfo.is_file() else []
    return not BF16_FLAGS.isdisjoint(flags)


def autocast(name: str, device: Any) -> Any:
    """Context in which a model computes in the format that `precision` named; none for float32."""
    import torch

    if name == "float32":
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16 if name == "bf16" else torch.float16)


def describe(device: Any) -> str:
    """The device by name: the GPU's, or `CPU` with the threads in use and the processor's name."""
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    name = ""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}" + (f" ({name})" if name else "")
