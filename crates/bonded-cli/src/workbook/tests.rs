mod codes;
mod damaged;
mod layouts;
mod problems;
mod real;
mod support;
mod values;
