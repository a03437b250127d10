//! Expressions: guarded, parsed, type-checked and rewritten so that every variable is a numbered input.

mod arithmetic;
mod calls;
mod checker;
mod describe;
mod guard;
mod parse;
mod run;
mod types;

pub(super) use calls::compile_pattern;
pub(super) use checker::check;
pub(super) use parse::parse;
pub(super) use run::{Interpreter, place, presence_place};
