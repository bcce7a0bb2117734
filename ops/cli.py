"""The command line of ./canvas; must only read arguments, hand over, and say troubles in words."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from ops.checks import test
from ops.console import Console
from ops.layout import ROOT, DataDir
from ops.manage import manage
from ops.trouble import StopRequested, Trouble
from ops.up import Wish, bench, fakes, up

DESCRIPTION = "营销画布 · marketing canvas"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./canvas", description=DESCRIPTION, allow_abbrev=False)
    commands = top.add_subparsers(dest="command", required=True, metavar="up | test | manage | bench | fakes")
    start = commands.add_parser("up", help="启动全部服务 · start everything", allow_abbrev=False)
    start.add_argument(
        "--port",
        type=int,
        default=8000,
        help="网址端口（0 = 任意空闲端口） · port of the site (0 = any free one)",
    )
    start.add_argument("--no-demo", action="store_true", help="不建演示租户 · no demo tenant")
    start.add_argument("--fakes", action="store_true", help="同时启动服务商替身 · with stand-ins for the providers")
    tests = commands.add_parser("test", help="所有检查和测试 · every check and test", allow_abbrev=False)
    tests.add_argument("--only", action="append", default=[], metavar="CHECK", help="只运行这一项 · only this check")
    tests.add_argument("pytest", nargs="*", help="-- 之后的参数交给 pytest · what follows -- goes to pytest")
    speed = commands.add_parser("bench", help="性能测量 · measurements", allow_abbrev=False)
    speed.add_argument("names", nargs="*", help="测量项目 · which ones")
    for command, folder in ((start, "var"), (speed, "var/bench")):
        default = Path(os.environ.get("CANVAS_DATA_DIR") or ROOT / folder)
        command.add_argument("--data", type=Path, default=default, help="数据目录 · data directory")
        command.add_argument("--workers", type=int, default=2, help="后台任务进程数 · worker processes")
    stand_ins = commands.add_parser("fakes", help="服务商替身 · stand-ins for the providers", allow_abbrev=False)
    stand_ins.add_argument("--port", type=int, default=8100, help="端口（0 = 任意空闲端口） · port (0 = any free one)")
    stand_ins.add_argument("--auto", action="store_true", help="自动发回执 · receipts by themselves")
    commands.add_parser("manage", help="manage.py 命令 · a manage.py command")
    return top


def split_manage(arguments: list[str]) -> tuple[Path, list[str]]:
    """`[--data DIR] …`: only before the command's name, for a command may have a --data of its own."""
    data = Path(os.environ.get("CANVAS_DATA_DIR") or ROOT / "var")
    while arguments and arguments[0].startswith("--data"):
        first, *arguments = arguments
        value = first.partition("=")[2] or (arguments.pop(0) if arguments else "")
        data = Path(value)
    return data, arguments


def main(arguments: list[str]) -> int:
    """Exit code: 0 for a clean stop, 1 for a trouble, else the command's own."""
    quiet = arguments[:1] in (["manage"], ["bench"])
    console = Console(sys.stderr if quiet else sys.stdout)
    _listen(console)
    os.umask(0o022)
    try:
        return _dispatch(arguments, console)
    except StopRequested:
        console.line("✓ 已停止 · stopped")
        return 0 if arguments[:1] == ["up"] else 130
    except Trouble as trouble:
        print(trouble.render(), file=sys.stderr)
        return 1


def _dispatch(arguments: list[str], console: Console) -> int:
    if arguments[:1] == ["manage"]:
        folder, rest = split_manage(arguments[1:])
        return manage(_data(folder), rest, console)
    given = parser().parse_args(arguments)
    if given.command == "test":
        return test(given.only, given.pytest, console)
    if given.command == "fakes":
        return fakes(given.port, given.auto, console)
    if given.command == "bench":
        return bench(Wish(_data(given.data), 0, given.workers, demo=False), given.names, console)
    return up(Wish(_data(given.data), given.port, given.workers, demo=not given.no_demo, fakes=given.fakes), console)


def _data(folder: Path) -> DataDir:
    return DataDir(folder.expanduser().resolve())


def _listen(console: Console) -> None:
    def remember(signum: int, frame: FrameType | None) -> None:
        console.stop_signal = signum
        console.stops += 1

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, remember)
