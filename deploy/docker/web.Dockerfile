# The web front end as a Next.js server of its own on port 3000; the program has it inside too, without Node.
FROM node:22-slim AS build
WORKDIR /web
COPY web/package.json web/package-lock.json ./
COPY web/packages packages
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web .
# Where this server finds the program: what its pages ask for, it passes on.
ARG NEXT_PUBLIC_SOCKET_URL=http://server:4000
ENV NEXT_PUBLIC_SOCKET_URL=$NEXT_PUBLIC_SOCKET_URL NEXT_TELEMETRY_DISABLED=1
RUN npm run build

FROM node:22-slim
WORKDIR /web
COPY --from=build /web .
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
USER node
EXPOSE 3000
CMD ["node_modules/.bin/next", "start"]
