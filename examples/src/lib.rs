//! Runnable programs against the public API (`src/bin`), and the journals of `seeds/`.

pub mod seeds;
