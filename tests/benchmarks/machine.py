"""What a figure was measured on, and the memory that a process holds."""

import os
import platform
import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ROOT = Path(__file__).parents[2]


def describe() -> dict[str, Any]:
    """Return date, Python, processors, how busy they are with other work, and commit."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "cpu": _processor(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "commit": _commit(),
    }


def memory() -> dict[str, float]:
    """Return the megabytes that this process holds now, and held at most where the system tells."""
    now = psutil.Process().memory_info().rss / 2**20
    return {"rss_mb": round(now, 1), "peak_mb": round(max(now, _peak()), 1)}


def _peak() -> float:
    with suppress(OSError, ValueError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return "unknown"
    head = subprocess.run(
        [git, "rev-parse", "--short", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = subprocess.run([git, "diff", "--quiet", "HEAD", "--", "bot"], cwd=_ROOT, check=False).returncode
    return (head + ("+changes" if changed else "")) or "unknown"
