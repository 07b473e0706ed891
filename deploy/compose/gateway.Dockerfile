# The gateway of examples/supergraph: the engine of Hive Gateway, with a subgraph of another team, and the graph of both. From a clone:
#   docker build --file deploy/compose/gateway.Dockerfile --tag image-graph-gateway .
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS install
WORKDIR /app/examples/supergraph
COPY examples/supergraph/package.json examples/supergraph/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts
COPY examples/supergraph ./
COPY schema/subgraph.graphql /app/schema/

FROM ${RUNTIME_IMAGE}
COPY --from=install /app /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000
WORKDIR /app/examples/supergraph
USER 65532:65532
EXPOSE 4000
ENTRYPOINT ["/nodejs/bin/node", "start.ts"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:4000/healthcheck').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
