# syntax=docker/dockerfile:1
# An image of the released executable: dist/release has the files of a release, or what
# `deno task release --target linux-x64` makes there. docs/container.md shows how to run it.

FROM debian:13-slim AS release
# Set by the builder.
ARG TARGETARCH
WORKDIR /release
COPY dist/release/SHA256SUMS dist/release/pollux-*-linux-* ./
# A file that is not what its sum says is not put into the image.
RUN case "$TARGETARCH" in amd64) machine=x64 ;; *) machine="$TARGETARCH" ;; esac \
  && set -- pollux-*-linux-"$machine" \
  && test "$#" -eq 1 \
  && grep -F "  $1" SHA256SUMS >sum \
  && sha256sum --check --strict sum \
  && install -D -m 755 "$1" /image/usr/local/bin/pollux \
  && install -d -m 700 /volume/data

# No shell and no package manager; a user "nonroot", whose number is 65532.
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=release /image/ /
COPY --from=release --chown=65532:65532 /volume/ /

# The address of the container is the network's; whoever calls it needs a key. The configuration
# file is /etc/pollux/config.yaml, if there is one.
ENV POLLUX_SERVER_HOST=0.0.0.0 \
  POLLUX_DATA_DIR=/data/pollux \
  XDG_CONFIG_HOME=/etc

USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8045
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=15s --retries=3 \
  CMD ["/usr/local/bin/pollux", "status"]

ENTRYPOINT ["/usr/local/bin/pollux"]
CMD ["serve"]
