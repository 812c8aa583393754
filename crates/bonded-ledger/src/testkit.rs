//! For test suites.
