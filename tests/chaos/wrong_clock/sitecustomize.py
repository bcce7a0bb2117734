"""On the path of one process only: its clock is CHAOS_CLOCK_OFF_SECONDS off, and runs on from there."""

import os
import time
from datetime import UTC, datetime, timedelta

if os.environ.get("CHAOS_CLOCK_OFF_SECONDS"):
    import time_machine

    off = timedelta(seconds=int(os.environ["CHAOS_CLOCK_OFF_SECONDS"]))
    time_machine.travel(datetime.fromtimestamp(time.time(), UTC) + off, tick=True).start()
