# Debian rather than Alpine: what the gateway needs at run time would run on either, JavaScript, WebAssembly and one
# library that is built for both, but glibc is what the tests run on and what Node.js itself is released for.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./

FROM packages AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json vite.explorer.config.ts ./
COPY src src
RUN npm run build && find dist \( -name '*.map' -o -name '*.d.ts' -o -name .tsbuildinfo \) -delete

# Types and source maps are two fifths of the packages, and node reads neither.
FROM packages AS production
RUN npm ci --omit=dev --ignore-scripts \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.[cm]ts' \) -delete

FROM node:24-slim
# Not a loopback host, so there is no demo here: without a public address and a secret it does not start.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY package.json ./
COPY --from=production /app/node_modules node_modules
# Beside dist, not in it: the migrations are read from where the source has them.
COPY src/data/migrations src/data/migrations
COPY --from=build /app/dist dist
# The base's own user "node", as numbers, for whoever must know before it runs that it is not root.
USER 1000:1000
EXPOSE 4000
STOPSIGNAL SIGTERM
# Alive, not ready: replacing the gateway does not bring an unreachable database back. /readyz asks the database.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT ?? 4000) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# node is the first process and gets the signals: it handles SIGTERM and waits for its workers, so there is no need for an init.
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["start"]
