# What a contributor does often. Everything here is a plain cargo command, too.

default:
    @just --list

# The program, optimised.
build:
    cargo build --release

# All tests.
test:
    cargo test

# Format, then the lints of the program, its tests and the bare core.
lint:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo clippy --lib --no-default-features -- -D warnings

# What has to be green before a change is handed in.
ci:
    .ci/run

# Measures; give a name to run one benchmark only.
bench *name:
    cargo bench {{name}}

# Licences, banned crates and sources, where cargo-deny is installed.
deny:
    cargo deny check bans licenses sources
