//! Where in a value we are.

use std::fmt;

/// Where in a value we are; lives on the stack, costs nothing until an error needs it.
#[derive(Clone, Copy, Debug)]
pub enum Path<'p> {
    /// The whole value.
    Root,
    /// The whole value, of a kind that has a field `ext` for what its writer wants to carry along:
    /// errors below it tell of that way out.
    RootWithExt,
    /// A field of the object there.
    Field(&'p Path<'p>, &'p str),
    /// An element of the array there, from 0.
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(crate) fn has_ext(&self) -> bool {
        match self {
            Path::Root => false,
            Path::RootWithExt => true,
            Path::Field(parent, _) | Path::Index(parent, _) => parent.has_ext(),
        }
    }
}

/// `list.lines[2].quantity`; empty for the whole value.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root | Path::RootWithExt => Ok(()),
            Path::Field(Path::Root | Path::RootWithExt, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Index(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_as_it_would_be_written() {
        for root in [Path::Root, Path::RootWithExt] {
            let list = Path::Field(&root, "list");
            let lines = Path::Field(&list, "lines");
            let third = Path::Index(&lines, 2);
            assert_eq!(root.to_string(), "");
            assert_eq!(
                Path::Field(&third, "quantity").to_string(),
                "list.lines[2].quantity"
            );
            assert_eq!(Path::Index(&root, 0).to_string(), "[0]");
        }
    }
}
