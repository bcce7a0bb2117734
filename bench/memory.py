"""The memory of a worker's process, read from outside."""

from pathlib import Path


def peak_megabytes(queue: str) -> int:
    """Highest resident size (VmHWM) among the processes of the worker of `queue`, in MB; 0 where /proc does not tell."""
    return _most("VmHWM:", queue)


def resident_megabytes(queue: str) -> int:
    """The same of now (VmRSS)."""
    return _most("VmRSS:", queue)


def _most(what: str, queue: str) -> int:
    return max((_size(p, what) for p in Path("/proc").glob("[0-9]*") if _works_for(p, queue)), default=0)


def _works_for(process: Path, queue: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:  # gone, or not ours to read
        return False
    return b"worker" in words and any(w.split(b",")[0] == queue.encode() for w in words)


def _size(process: Path, what: str) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(what)), 0)
