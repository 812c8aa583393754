mod codes;
mod damaged;
mod layouts;
mod problems;
mod support;
mod values;
