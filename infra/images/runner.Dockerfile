# syntax=docker/dockerfile:1
# The sandbox runner. It imports nothing of the functions, and learners' programs see neither /app nor these packages.
# The learners' Python is the Python of the base: 3.11, 3.12 or 3.13.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
# requirements-metrics.lock adds metrics
ARG LOCK=requirements.lock
COPY sandbox-runner/requirements.lock /build/requirements.lock
COPY sandbox-runner/requirements-metrics.lock /build/requirements-metrics.lock
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
    --target /app/packages -r /build/${LOCK}
# the bill of materials: every package of the lock with its hashes, as CycloneDX, and validated against its schema
COPY requirements-sbom.lock /build/requirements-sbom.lock
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
    --target /build/sbom -r /build/requirements-sbom.lock
RUN PYTHONPATH=/build/sbom python3 -m cyclonedx_py requirements /build/${LOCK} \
    --output-reproducible --validate --output-file /app/sbom.cdx.json
COPY sandbox-runner/src/sandbox_runner /app/sandbox_runner
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /app

FROM ${BASE}
# compiles the filter of system calls; part of Debian's base, but a base without it has to fail here and not in a pod
RUN python3 -c "import ctypes; ctypes.CDLL('libseccomp.so.2')"
COPY --from=build /app /app
ENV PYTHONPATH=/app:/app/packages PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
WORKDIR /app
USER 10001:10001
ENTRYPOINT ["python3", "-m", "sandbox_runner"]
