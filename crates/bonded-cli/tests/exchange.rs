//! `bonded exchange`: what customs says, what is sent to it.

mod support;
