# The program with the web front end in it. The first stage takes the same steps as ./run.
FROM debian:12 AS build
WORKDIR /source
COPY tools/setup.sh tools/setup.sh
RUN bash -euc '. tools/setup.sh; install_packages "${packages_to_run[@]}" nodejs npm'
COPY . .
RUN bash -euc '. tools/setup.sh; web; build release quickclinic; strip build/release/quickclinic'

FROM debian:12-slim
# The libraries that the program is linked to, and the certificates of authorities for TLS to a database.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates libboost-container1.81.0 \
       libboost-json1.81.0 libcrypt1 libhiredis0.14 libjemalloc2 libpq5 libspdlog1.10 libsqlite3-0 libssl3 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin quickclinic
COPY --from=build /source/build/release/quickclinic /usr/bin/quickclinic
USER 10001:10001
WORKDIR /data
VOLUME /data
# Inside of a container every address is the container's own.
ENV HOST=0.0.0.0 SOCKET_PORT=4000 QUICKCLINIC_DATA=/data LOG_FORMAT=json
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["quickclinic", "health"]
# It takes SIGTERM as process 1, and drains.
ENTRYPOINT ["quickclinic"]
CMD ["serve"]
