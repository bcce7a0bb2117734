"""A pool of codes: taken in from a file over HTTP by a worker, and issued in the steps' chunks, against COPY of the same rows."""

import time

from bench.floor import copy_again
from bench.growth import sizes
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say
from kernel.clock import db_now
from kernel.sets import People, chunks
from kernel.step import Step
from rewards import facade

_CHUNK = 50_000  # people of one step's transaction (nodes/kinds/reward_grant.py)
_ITEM = {"kind": "code", "name": "bench"}


def measure(say: Say) -> list[Figure]:
    """The largest size alone: a pool is filled and emptied once."""
    count = sizes()[-1]
    installation = Installation("bench codes")
    package = installation.post("reward-packages", {"name": "bench", "items": [_ITEM]})["id"]
    upload = _upload(installation, package, count)
    say(f"  {count:,} codes taken in in {upload:.1f} s")
    floor_upload, _ = copy_again(installation, [("rewards_poolcode", "true")])
    issue = issue_all(installation, int(package), count)
    say(f"  {count:,} codes issued in {issue:.1f} s")
    floor_issue, _ = copy_again(installation, [("rewards_grant", "true")])
    return [
        Figure(f"{count:,} codes from a file", upload, floor_upload, f"{count / upload:,.0f} codes/s"),
        Figure(f"{count:,} codes issued", issue, floor_issue, f"{count / issue:,.0f} codes/s, each to one person once"),
    ]


def _upload(installation: Installation, package: str, count: int) -> float:
    """Seconds from the upload until the job has ended."""
    codes = "".join(f"BENCH{number:010d}\n" for number in range(count))
    head = '--bench\r\nContent-Disposition: form-data; name="file"; filename="codes.txt"\r\n\r\n'
    raw = f"{head}{codes}\r\n--bench--\r\n".encode()
    began = time.perf_counter()
    job = installation.send("POST", f"reward-packages/{package}/codes", raw, "multipart/form-data; boundary=bench")[
        "id"
    ]
    ended = wait_for(lambda: installation.get(f"jobs/{job}")["finished_at"], 1800, 0.2)
    if installation.get(f"jobs/{job}")["result"]["added"] != count:
        raise RuntimeError("codes were left out")
    return ended - began


def issue_all(installation: Installation, package: int, count: int) -> float:
    everybody, began = People(range(1, count + 1)), time.perf_counter()
    for wave, group in enumerate(chunks(everybody, _CHUNK)):
        with installation.scope():
            given = facade.grant(Step(1, 1, "gift", wave), package, group, db_now())
        if given.out != group:
            raise RuntimeError("somebody got no code")
    return time.perf_counter() - began
