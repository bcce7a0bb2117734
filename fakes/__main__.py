"""`python -m fakes [--port 8100]`: the stand-ins until they are stopped."""

import argparse
import asyncio
import sys

from fakes.server import Fakes


async def _serve(port: int, auto: bool) -> None:
    fakes = Fakes(port)
    fakes.desk.auto = auto
    await fakes.start()
    for vendor in fakes.desk.ports:
        sys.stdout.write(f"{fakes.at(vendor)}\n")
    sys.stdout.write(f"ready {fakes.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--auto", action="store_true", help="push receipts by themselves")
    given = parser.parse_args()
    try:
        asyncio.run(_serve(given.port, given.auto))
    except KeyboardInterrupt:
        sys.exit(0)
