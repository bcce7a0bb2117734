"""Carries out the whole scenario with servers and workers of its own, prints the figures as JSON, and exits with 1 when
anything was doubled, lost, unexplained or stuck.

    python -m tests.chaos --people 2000 --kills 12 --lease 8 --seed 1       # what pytest does
    ./canvas test --only chaos                                              # the long form
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.servers import servers


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--lease", type=int, default=60, help="seconds")
    parser.add_argument(
        "--slack", type=int, default=5, help="seconds beyond the lease after which something must move again"
    )
    parser.add_argument("--per-second", type=int, default=250, help="messages a second and gateway")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument(
        "--patience", type=int, default=1800, help="seconds that everything may take once it was healed"
    )
    parser.add_argument("--keep", action="store_true", help="leave the logs")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    folder = Path(tempfile.mkdtemp(prefix="canvas-chaos-"))
    sys.stderr.write(f"seed {given.seed}, logs in {folder}\n")
    with servers(folder, given.lease) as floor:
        os.environ.update(floor.env)
        import django

        django.setup()
        from tests.chaos.scenario import play

        figures, wrong = play(given, floor, folder)
    sys.stdout.write(json.dumps({"seed": given.seed, **figures, "wrong": wrong}, ensure_ascii=False, indent=1) + "\n")
    if not wrong and not given.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
