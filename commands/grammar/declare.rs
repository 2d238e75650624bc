//! The two macros of this crate: `command!` declares one command, `vocabulary!` closes the list.

/// One command: its type, its description and how it is read, from one declaration.
///
/// `name: Type` is an argument; `as "other-name"` renames it for people, `=> "Question?"` says how to ask for it.
macro_rules! command {
    (
        #[doc = $help:literal]
        $path:literal => $name:ident needs $permission:ident $(, $trait:ident)* {
            $( #[doc = $arg_help:literal] $arg:ident $(as $spoken:literal)? : $ty:ty $(=> $question:literal)? ),* $(,)?
        }
    ) => {
        #[doc = $help]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $( #[doc = $arg_help] pub $arg: $ty ),*
        }

        impl $name {
            /// How the command is described.
            pub const SPEC: &'static $crate::CommandSpec = &$crate::CommandSpec::new(
                $path, $help, $crate::Permission::$permission, Self::ARGS,
            )$(.$trait())*;

            const ARGS: &'static [$crate::ArgSpec] =
                &[$( argument!($arg, $arg_help, $ty $(, named $spoken)? $(, asking $question)?) ),*];

            pub(crate) fn read(heard: &$crate::Invocation) -> Result<Self, $crate::UsageError> {
                $crate::grammar::refuse_strays(heard, Self::SPEC)?;
                Ok(Self {
                    $( $arg: {
                        const ARG: &$crate::ArgSpec =
                            &argument!($arg, $arg_help, $ty $(, named $spoken)? $(, asking $question)?);
                        $crate::grammar::fill(heard, ARG, $name::SPEC)?
                    } ),*
                })
            }

            pub(crate) fn spoken(&self) -> Vec<Option<String>> {
                vec![$( $crate::Argument::spoken(&self.$arg) ),*]
            }
        }
    };
}

/// The description of one argument.
macro_rules! argument {
    ($arg:ident, $help:literal, $ty:ty $(, named $spoken:literal)? $(, asking $question:literal)?) => {
        $crate::ArgSpec::of::<$ty>(stringify!($arg), $help)$(.named($spoken))?$(.asking($question))?
    };
}

/// The closed list of everything people can say.
macro_rules! vocabulary {
    ($($name:ident),+ $(,)?) => {
        /// What somebody said, understood: one of all the commands there are.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Command {
            $( #[doc = concat!("See [`", stringify!($name), "`].")] $name($name) ),+
        }

        /// Every command, in the order in which people are shown them.
        pub const SPECS: &[&CommandSpec] = &[$($name::SPEC),+];

        impl Command {
            /// Understands what a chat heard.
            ///
            /// # Errors
            /// Names the first thing that is unknown, not expected, missing or wrong, and the way out.
            pub fn read(heard: &Invocation) -> Result<Self, UsageError> {
                $( if heard.path == $name::SPEC.path { return $name::read(heard).map(Self::$name); } )+
                Err(grammar::unknown(&heard.path))
            }

            /// How this command is described.
            pub const fn spec(&self) -> &'static CommandSpec {
                match self { $( Self::$name(_) => $name::SPEC ),+ }
            }

            /// The words the command begins with, such as `release prepare`.
            pub const fn path(&self) -> &'static str {
                self.spec().path
            }

            /// The same command as a chat would have heard it, for buttons and records; reading it gives it back.
            pub fn invocation(&self) -> Invocation {
                let values = match self { $( Self::$name(said) => said.spoken() ),+ };
                let said = self.spec().args.iter().zip(values);
                let said = said.filter_map(|(arg, value)| Some((arg.name.to_owned(), value?)));
                Invocation { path: self.path().to_owned(), args: said.collect() }
            }
        }

        $(
            impl From<$name> for Command {
                fn from(said: $name) -> Self {
                    Self::$name(said)
                }
            }
        )+
    };
}
