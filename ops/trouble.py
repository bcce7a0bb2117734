"""What can go wrong at the start, said to a person in both languages: what, where, what to do. Must not print anything itself."""

from __future__ import annotations

from pathlib import Path

MESSAGES: dict[str, tuple[str, str]] = {
    "port_taken": (
        "端口 {port} 已被占用（{holder}）。\n请先停掉它，或换一个端口：./canvas up --port {other}",
        "Port {port} is taken ({holder}).\nStop that program, or use another port: ./canvas up --port {other}",
    ),
    "port_refused": (
        "没有权限监听端口 {port}。\n请用 1024 以上的端口：./canvas up --port 8000",
        "No permission to listen on port {port}.\nUse a port above 1024: ./canvas up --port 8000",
    ),
    "disk_full": (
        "磁盘空间不足：{path} 所在磁盘只剩 {free} MB，至少需要 {need} MB。\n请清理磁盘，或用 --data 指定别的目录。",
        "The disk is nearly full: {free} MB free at {path}, {need} MB needed.\nFree some space, or choose another place with --data.",
    ),
    "no_write": (
        "没有写入权限：{path}（{reason}）。\n请修改目录权限，或用 --data 指定一个可写的目录。",
        "Cannot write to {path} ({reason}).\nChange its permissions, or choose a writable directory with --data.",
    ),
    "data_in_use": (
        "数据目录 {path} 正被另一个启动程序使用（进程 {holder}）。\n请先停掉它，或用 --data 指定别的目录。",
        "The data directory {path} is in use by another starter (process {holder}).\nStop it first, or choose another directory with --data.",
    ),
    "no_venv_module": (
        "这个 Python（{python}）不能建立虚拟环境：缺少 venv / ensurepip 模块，也没有 pip。\n请安装后再试，例如：apt-get install python3-venv",
        "This Python ({python}) cannot make a virtual environment: venv / ensurepip is missing and there is no pip.\n"
        "Install it and try again, for example: apt-get install python3-venv",
    ),
    "registry_unreachable": (
        "连不上软件包仓库（{what}），无法下载依赖。\n请检查网络、代理和证书设置，然后再试；已下载的不会重来。完整日志：{log}",
        "The {what} registry cannot be reached, so the packages cannot be downloaded.\n"
        "Check the network, proxy and certificate settings and try again; what was downloaded is kept. Full log: {log}",
    ),
    "step_failed": (
        "这一步没有成功：{step}（退出码 {code}）。完整日志：{log}\n最后几行：\n{tail}",
        "This step failed: {step} (exit code {code}). Full log: {log}",
    ),
    "child_failed": (
        "{name} 启动失败（退出码 {code}）。完整日志：{log}\n最后几行：\n{tail}",
        "{name} did not start (exit code {code}). Full log: {log}",
    ),
    "not_ready": (
        "等了 {seconds} 秒仍未就绪：{url} 的回答是 {answer}。\n请看日志目录：{log}",
        "Not ready after {seconds} s: {url} answers {answer}.\nLook at the logs in {log}",
    ),
    "not_started": (
        "{name} 在 {seconds} 秒内没有启动。完整日志：{log}\n最后几行：\n{tail}",
        "{name} did not start within {seconds} s. Full log: {log}",
    ),
    "database_version": (
        "数据目录里的数据库是 PostgreSQL {found}，这里带的是 {expected}。\n"
        "请用旧版本导出（pg_dump）再导入新目录，见 docs/operations.md。",
        "The database in the data directory is PostgreSQL {found}; this installation carries {expected}.\n"
        "Export it with the old version (pg_dump) and load it into a new directory: see docs/operations.md.",
    ),
    "database_owner": (
        "{path} 属于用户 {owner}，当前用户不能使用。\n请用原来的用户启动，或用 --data 指定别的目录。",
        "{path} belongs to the user {owner} and cannot be used by you.\nStart as that user, or choose another directory with --data.",
    ),
    "no_database_account": (
        "以 root 启动时，PostgreSQL 需要一个普通系统用户，但无法建立（{reason}）。\n请以普通用户运行，或先执行：useradd --system canvas-db",
        "When started as root, PostgreSQL needs an ordinary system user, and it could not be made ({reason}).\n"
        "Run as an ordinary user, or first: useradd --system canvas-db",
    ),
    "database_unreachable": (
        "DATABASE_URL 指向的数据库连不上或无法准备：\n{reason}",
        "The database of DATABASE_URL cannot be reached or prepared; the reason is above.",
    ),
    "bad_secret": (
        "密钥文件 {path} 的内容不对：应为 {expected}。\n请从备份恢复；丢失主密钥就无法读出已加密的数据。",
        "The key file {path} is not right: {expected} expected.\nRestore it from a backup; without the master key, encrypted data cannot be read.",
    ),
    "part_missing": (
        "缺少 {path}，这份代码不完整。\n请重新获取代码（git status 可以看出少了什么）。",
        "{path} is missing: this checkout is incomplete.\nGet the code again (git status shows what is gone).",
    ),
    "still_starting": (
        "数据目录 {path} 的启动程序（进程 {holder}）还没有准备好。\n请等 ./canvas up 显示 ready 后再试。",
        "The starter of {path} (process {holder}) is not ready yet.\nTry again when ./canvas up has said ready.",
    ),
}


class Trouble(Exception):
    """A fault that the person at the terminal can understand and act on."""

    def __init__(self, kind: str, /, **params: object) -> None:
        self.kind = kind
        self.params = params
        super().__init__(self.render())

    def render(self) -> str:
        """Both languages, Chinese first; the first line of each is marked."""
        parts = [text.format(**self.params).rstrip() for text in MESSAGES[self.kind]]
        return "\n".join("✗ " + part.replace("\n", "\n  ") for part in parts)


class StopRequested(Exception):
    """Ctrl-C or SIGTERM arrived while something was being waited for."""


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, or a dash when there is nothing to show."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return "-"
    return "\n".join(text.rstrip().splitlines()[-lines:]) or "-"
