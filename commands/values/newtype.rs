//! The shape that every value made of checked text shares.

/// Declares a text that has passed `check`, and what kind of argument it is.
macro_rules! newtype {
    ($(#[$doc:meta])+ $name:ident is $kind:ident, asked $question:literal, read by $check:ident $(, $trait:ident)?) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::Argument for $name {
            const KIND: $crate::ArgKind = $crate::ArgKind::$kind;
            const QUESTION: &'static str = $question;
            $(newtype!(@ $trait);)?

            fn parse(text: &str) -> Result<Self, String> {
                $check(text.trim()).map(Self)
            }

            fn spoken(&self) -> Option<String> {
                Some(self.0.clone())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                $crate::Argument::parse(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
    (@ phrase) => {
        const PHRASE: bool = true;
    };
    (@ by_name) => {
        const PHRASE: bool = true;
        const BY_NAME: bool = true;
    };
}
