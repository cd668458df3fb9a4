# The image of hims-chat: the program, certificates of public authorities, and nothing to log in with.
#
#   docker build --tag hims-chat .
#   docker compose --file packaging/compose.yaml up        # with a PostgreSQL that is reached by TLS
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential
COPY . .
RUN cargo install --locked --path . --root /out
# The place of files and, without a PostgreSQL, of the database; its owner is the user below.
RUN install --directory --owner=65532 --group=65532 --mode=750 /out/data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/bin/hims-chat /usr/local/bin/hims-chat
COPY --from=build --chown=65532:65532 /out/data /var/lib/hims-chat
WORKDIR /var/lib/hims-chat
VOLUME /var/lib/hims-chat
USER 65532:65532
ENV HIMS_LISTEN=0.0.0.0:8080 ATTACHMENTS_URL=file:///var/lib/hims-chat/attachments
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=15s --start-period=60s --retries=3 CMD ["/usr/local/bin/hims-chat", "health"]
ENTRYPOINT ["/usr/local/bin/hims-chat"]
CMD ["serve"]
