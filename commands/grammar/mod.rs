//! How commands are declared, heard, understood and described.

#[macro_use]
mod declare;

mod argument;
mod button;
mod error;
mod invocation;
mod lookup;
mod menu;
mod spec;
mod text;
mod tokens;

pub use argument::Argument;
pub(crate) use argument::{fill, refuse_strays};
pub use button::BUTTON_BYTES;
pub use error::UsageError;
pub use invocation::Invocation;
pub(crate) use lookup::unknown;
pub use lookup::{find, spec};
pub use menu::{MenuEntry, help_lines, telegram_menu, tree};
pub use spec::{ArgKind, ArgSpec, CommandSpec, GroupSpec, Permission};
pub use text::parse_text;
