//! Any text as a cursor: refused, or one that was made for this list.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use server::conventions::cursor::Cursors;

static CURSORS: LazyLock<Cursors> = LazyLock::new(|| Cursors::new(b"the key of the corpus"));

fuzz_target!(|input: &[u8]| {
    let (list, text) = settings(input);
    let list = ["scores", "items?demo"][usize::from(list & 1)];
    // A position comes back from its own list's cursor, whatever it is.
    let made = CURSORS.make(list, text);
    match CURSORS.read(list, &made) {
        Ok(position) => assert_eq!(position, text),
        Err(problem) => assert!(made.len() > 1_024, "{}", problem.detail()),
    }
    assert!(CURSORS.read("another", &made).is_err());
    let Ok(cursor) = std::str::from_utf8(text) else { return };
    match CURSORS.read(list, cursor) {
        Ok(position) => assert_eq!(CURSORS.make(list, &position), cursor, "a cursor is written in one way"),
        Err(problem) => assert_eq!(problem.status().as_u16(), 400),
    }
});
