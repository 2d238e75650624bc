# Builds Shipmate, then keeps only the program: no shell, no package manager, no root.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build

# Dependencies first, under empty crates: this layer is made anew only when a manifest changes.
COPY Cargo.toml Cargo.lock ./
COPY commands/Cargo.toml commands/
COPY sandbox/Cargo.toml sandbox/
# The demo and its local world stay out: a server has no use for them.
RUN mkdir -p src sandbox/src \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs commands/lib.rs sandbox/src/lib.rs \
    && cargo build --release --locked --no-default-features --bin shipmate \
    && cargo clean --release --locked -p shipmate -p commands

COPY . .
RUN cargo build --release --locked --no-default-features --bin shipmate && mkdir /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/shipmate /usr/local/bin/shipmate
# The configuration is mounted here as bot.toml; beside it the store grows.
COPY --from=build --chown=nonroot:nonroot /data /data
VOLUME /data
WORKDIR /data
EXPOSE 8080
# Alive, not ready: what reconnects by itself needs no restart.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/shipmate", "health", "--config", "/data/bot.toml"]
# Shipmate takes up to 20 seconds to finish what is under way: stop it with `--time 30`.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/shipmate"]
CMD ["run", "--config", "/data/bot.toml"]
