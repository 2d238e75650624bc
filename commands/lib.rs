//! Everything people can say.
