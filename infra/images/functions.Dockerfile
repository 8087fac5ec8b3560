# syntax=docker/dockerfile:1
# One image for the gateway and all functions: FUNCTION_TARGET chooses. docs/operations/install.md has the command.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
# requirements-telemetry.lock adds metrics and traces
ARG LOCK=requirements.lock
COPY requirements.lock /build/requirements.lock
COPY requirements-telemetry.lock /build/requirements-telemetry.lock
# wheels alone and by their hashes: nothing is compiled, and the same lock gives the same packages
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
    --target /app/packages -r /build/${LOCK}
# the bill of materials: every package of the lock with its hashes, as CycloneDX, and validated against its schema
COPY requirements-sbom.lock /build/requirements-sbom.lock
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
    --target /build/sbom -r /build/requirements-sbom.lock
RUN PYTHONPATH=/build/sbom python3 -m cyclonedx_py requirements /build/${LOCK} \
    --output-reproducible --validate --output-file /app/sbom.cdx.json
# the editor of the console, with a bill of its own; from npm by a lock with hashes, with a Node.js that stays out of
# the image
COPY functions/gateway/console/library /build/library
RUN python3 /build/library/build.py --target /build/console --node /build/node
COPY functions /app/functions
COPY events /app/events
COPY db/migrations /app/db/migrations
# the root file system is read-only later on: what is not compiled now would be at every start
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /app
RUN PYTHONPATH=/app:/app/packages python3 -m functions.knowledge.compiled

FROM ${BASE}
COPY --from=build /app /app
COPY --from=build /build/console/library.js /build/console/sbom.cdx.json /app/console/
ENV PYTHONPATH=/app:/app/packages PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LEARNFLOW_CONSOLE_LIBRARY=/app/console/library.js
WORKDIR /app
USER 10001:10001
ENTRYPOINT ["python3", "-m", "functions.runtime"]
