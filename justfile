# What a contributor does often. Everything here is a plain cargo command, too.

default:
    @just --list

# The program, optimised.
build:
    cargo build --release

# All tests.
test:
    cargo test

# What the tests count a tenth of, whole; or of one file of them only, `just statistics accuracy`.
statistics *file:
    .ci/statistics {{file}}

# The table and the catalogue of causes, from the files of the causes.
causes:
    .ci/causes

# The tables of docs/accuracy.md, from the laboratory.
accuracy:
    .ci/accuracy

# Format, then the lints of the program and its tests, and whether the bare core builds.
lint:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo check --lib --no-default-features

# One static Linux binary in dist/, which needs nothing on the machine it runs on.
dist:
    RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --target x86_64-unknown-linux-gnu
    mkdir -p dist
    cp target/x86_64-unknown-linux-gnu/release/otp-doctor dist/
    ! ldd dist/otp-doctor 2>/dev/null | grep -q '=>'

# What has to be green before a change is handed in.
ci:
    .ci/run

# Measures; give a name to run one benchmark only.
bench *name:
    cargo bench {{name}}

# Fuzzes a target, `readers` or `engine`, for so many seconds.
fuzz target="readers" seconds="60":
    .ci/fuzz {{seconds}} {{target}}

# Licences, banned crates and sources, where cargo-deny is installed.
deny:
    cargo deny check bans licenses sources
