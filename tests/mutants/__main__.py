"""Each guard of the catalogue is taken away in a copy of the tree, and its tests are run there: they must fail.

    ./canvas test --only mutants [-- NAME …]     # parts of names

Exit code 1 when the tests fail with nothing taken away, when a mutant survives, or when the code has moved.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2

from tests.mutants.catalogue import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
_TEMPLATE, _SCRATCH = "test_mutants", "test_mutant"
_PASSED, _FAILED = 0, 1  # exit codes of pytest; others say that the tests could not be run


def main(wanted: list[str]) -> int:
    chosen = [m for m in MUTANTS if not wanted or any(part in m.name for part in wanted)]
    if moved := [m.name for m in chosen if (ROOT / m.file).read_text().count(m.old) != 1]:
        say(f"the code has moved, see tests/mutants/catalogue.py: {', '.join(moved)}")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="canvas-mutants-"))
    try:
        copy = _copy(folder)
        if _run(copy, sorted({t for m in chosen for t in m.tests}), _TEMPLATE, new=True) != _PASSED:
            say((folder / "log").read_text()[-5000:])
            say("with nothing taken away the tests must pass, and they don't")
            return 1
        bad = [m for m in chosen if not _turns_red(copy, m)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for name in (_TEMPLATE, _SCRATCH):
            _sql(f"DROP DATABASE IF EXISTS {name}")
    say(f"{len(chosen) - len(bad)} of {len(chosen)} mutants found")
    return 1 if bad else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _copy(folder: Path) -> Path:
    """What git knows of the tree, as it is on disk, without the front end."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in names:
        if name and not name.startswith("frontend/") and (ROOT / name).is_file():
            target = folder / "tree" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return folder / "tree"


def _turns_red(copy: Path, mutant: Mutant) -> bool:
    """Every one of its tests must fail; a line of the table."""
    file = copy / mutant.file
    whole = file.read_text()
    file.write_text(whole.replace(mutant.old, mutant.new))
    codes = []
    for test in mutant.tests:
        _sql(f"DROP DATABASE IF EXISTS {_SCRATCH}")
        if not mutant.schema:
            _sql(f"CREATE DATABASE {_SCRATCH} TEMPLATE {_TEMPLATE}")
        codes.append(_run(copy, [test], _SCRATCH, new=mutant.schema))
    file.write_text(whole)
    red = all(code == _FAILED for code in codes)
    words = {_FAILED: "red", _PASSED: "GREEN: survived"}
    for i, (test, code) in enumerate(zip(mutant.tests, codes, strict=True)):
        name, word = "" if i else mutant.name, words.get(code, f"NOT RUN ({code})")
        say(f"{name:<52} {test.rpartition('::')[2][:88]:<90} {word}")
    return red


def _run(copy: Path, tests: list[str], database: str, *, new: bool) -> int:
    env = {**os.environ, "CANVAS_TEST_DATABASE": database, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-p",
        "no:xdist",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "--reuse-db",
    ]
    argv += [*(["--create-db"] if new else []), *tests]
    with (copy.parent / "log").open("w") as log:
        return subprocess.run(argv, cwd=copy, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL).returncode


def _sql(statement: str) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(
        host=unquote(address.hostname or ""), port=address.port, user=address.username, password=address.password,
        dbname=address.path.strip("/"),
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor, suppress(psycopg2.errors.InvalidCatalogName):
        cursor.execute(statement)
    connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
