# syntax=docker/dockerfile:1
# run-service as Cloud Run runs it: one bundled file on Node, and nothing else. `docker build -t dovetail .`

FROM node:24.21.0-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY core/package.json core/
COPY run-service/package.json run-service/
COPY functions/package.json functions/
COPY sandbox/package.json sandbox/
COPY operator/package.json operator/
# The bundler brings its binary in its package: no install script is needed, and none is run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/ scripts/
COPY core/src/ core/src/
COPY run-service/src/ run-service/src/
COPY functions/src/ functions/src/
RUN ["node", "scripts/bundle.mjs", "/out"]

FROM node:24.21.0-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /out/run-service/index.mjs /out/run-service/package.json ./
# Owns nothing here, and may write nothing.
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8080) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is the container's first process and hears SIGTERM itself; src/main.ts answers what is under way and ends.
CMD ["node", "index.mjs"]
