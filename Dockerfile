# One image for everything: worker (the default), server, deploying and the command line. docs/deploy.md has the use of it.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PATH=/opt/tokentide/bin:$PATH
RUN python -m venv /opt/tokentide
WORKDIR /build
# What seldom changes comes first, so that a change of ours does not install it again.
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY flows flows
COPY schemas schemas
COPY storage storage
COPY tasks tasks
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
# A number, so that Kubernetes can see that it is not root.
RUN useradd --uid 10001 --home-dir /var/lib/tokentide --create-home tokentide
COPY --from=build /opt/tokentide /opt/tokentide
# No secret among these: the linter takes `token` in our name for one.
# hadolint ignore=DL3064
ENV PATH=/opt/tokentide/bin:$PATH \
    TOKENTIDE_ROOT=/srv/tokentide \
    TOKENTIDE_HOME=/var/lib/tokentide \
    PREFECT_HOME=/var/lib/tokentide/prefect \
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1
WORKDIR /srv/tokentide
COPY prefect.yaml ./
USER 10001
CMD ["prefect", "worker", "start", "--pool", "tokentide", "--type", "process"]
