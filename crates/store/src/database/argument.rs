//! What goes into a statement: texts and whole numbers, each of which may be missing.
//!
//! A missing value keeps its type, because PostgreSQL has to know the type of every parameter
//! before it sees a value.

use postgres::types::{ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::fmt;

/// One value given to a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument<'a> {
    /// A whole number.
    Number(Option<i64>),
    /// A text.
    Text(Option<&'a str>),
}

impl Argument<'_> {
    /// Gives the type PostgreSQL is to expect.
    pub(super) fn kind(&self) -> Type {
        match self {
            Argument::Number(_) => Type::INT8,
            Argument::Text(_) => Type::TEXT,
        }
    }

    /// Gives the value as the driver of PostgreSQL takes it.
    pub(super) fn value(&self) -> &(dyn ToSql + Sync) {
        match self {
            Argument::Number(number) => number,
            Argument::Text(text) => text,
        }
    }
}

impl rusqlite::ToSql for Argument<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Argument::Number(Some(number)) => ValueRef::Integer(*number),
            Argument::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Argument::Number(None) | Argument::Text(None) => ValueRef::Null,
        }))
    }
}

/// One value, kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Value {
    /// A whole number.
    Number(Option<i64>),
    /// A text.
    Text(Option<String>),
}

impl Value {
    /// Keeps an argument.
    pub(crate) fn of(argument: &Argument<'_>) -> Value {
        match argument {
            Argument::Number(number) => Value::Number(*number),
            Argument::Text(text) => Value::Text(text.map(str::to_owned)),
        }
    }

    /// Gives it as an argument.
    pub(crate) fn argument(&self) -> Argument<'_> {
        match self {
            Value::Number(number) => Argument::Number(*number),
            Value::Text(text) => Argument::Text(text.as_deref()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(Some(number)) => number.fmt(f),
            Value::Text(Some(text)) => text.fmt(f),
            Value::Number(None) | Value::Text(None) => f.write_str("nothing"),
        }
    }
}

/// A value that can be an argument.
pub(crate) trait Param {
    /// Gives it as an argument.
    fn argument(&self) -> Argument<'_>;

    /// Gives the argument that says it is missing.
    fn missing<'a>() -> Argument<'a>;
}

impl Param for i64 {
    fn argument(&self) -> Argument<'_> {
        Argument::Number(Some(*self))
    }

    fn missing<'a>() -> Argument<'a> {
        Argument::Number(None)
    }
}

impl Param for u16 {
    fn argument(&self) -> Argument<'_> {
        Argument::Number(Some(i64::from(*self)))
    }

    fn missing<'a>() -> Argument<'a> {
        Argument::Number(None)
    }
}

impl Param for str {
    fn argument(&self) -> Argument<'_> {
        Argument::Text(Some(self))
    }

    fn missing<'a>() -> Argument<'a> {
        Argument::Text(None)
    }
}

impl Param for String {
    fn argument(&self) -> Argument<'_> {
        Argument::Text(Some(self))
    }

    fn missing<'a>() -> Argument<'a> {
        Argument::Text(None)
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn argument(&self) -> Argument<'_> {
        T::argument(self)
    }

    fn missing<'a>() -> Argument<'a> {
        T::missing()
    }
}

impl<T: Param> Param for Option<T> {
    fn argument(&self) -> Argument<'_> {
        self.as_ref().map_or_else(T::missing, T::argument)
    }

    fn missing<'a>() -> Argument<'a> {
        T::missing()
    }
}

/// The arguments of a statement, the first being `$1`.
pub(crate) trait Params {
    /// Lends them in order.
    fn with<R>(&self, use_them: impl FnOnce(&[Argument<'_>]) -> R) -> R;
}

impl Params for &[Argument<'_>] {
    fn with<R>(&self, use_them: impl FnOnce(&[Argument<'_>]) -> R) -> R {
        use_them(self)
    }
}

macro_rules! tuples {
    ($($kind:ident $index:tt),*) => {
        impl<$($kind: Param),*> Params for ($($kind,)*) {
            fn with<R>(&self, use_them: impl FnOnce(&[Argument<'_>]) -> R) -> R {
                use_them(&[$(self.$index.argument()),*])
            }
        }
    };
}

/// Stands for a tuple of every length up to the widest row there is.
macro_rules! every_length {
    ([$($done:tt)*]) => { tuples!($($done)*); };
    ([] $kind:ident $index:tt $($rest:tt)*) => {
        tuples!();
        every_length!([$kind $index] $($rest)*);
    };
    ([$($done:tt)+] $kind:ident $index:tt $($rest:tt)*) => {
        tuples!($($done)+);
        every_length!([$($done)+, $kind $index] $($rest)*);
    };
}

every_length!([] A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16
    S 17 T 18 U 19 V 20 W 21 X 22);
