#!/bin/sh
# croniter 7.0.0: a job for a fixed time of day runs twice in the night in which the clocks go back.
# `30 2 * * *` in Europe/Berlin gives 02:30 summer time and, an hour later, 02:30 winter time. Vixie cron and cronsim,
# which follows Debian's cron, run a job with a fixed hour once.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    croniter==7.0.0 cronsim==2.8 tzdata==2025.2
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from zoneinfo import ZoneInfo

from croniter import croniter
from cronsim import CronSim

print("version: ", "croniter", version("croniter"), "cronsim", version("cronsim"))
start = datetime(2027, 10, 30, 12, tzinfo=ZoneInfo("Europe/Berlin"))
runs = {
    "cronsim": [time.isoformat() for time in islice(CronSim("30 2 * * *", start), 2)],
    "croniter": [time.isoformat() for time in islice(croniter("30 2 * * *", start, ret_type=datetime), 2)],
}
print("expected: one run on 31 October, the next on 1 November")
for tool, times in runs.items():
    print("observed:", tool, *times)
once = ["2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"]
twice = ["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"]
raise SystemExit(runs != {"cronsim": once, "croniter": twice})
PYTHON
