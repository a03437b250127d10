//! Any bytes as a form with a file: refused, or the same file and settings however the bytes are cut.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use server::untrusted::form;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

/// The boundary of the corpus.
const TYPE: &str = "multipart/form-data; boundary=X";

fuzz_target!(|input: &[u8]| {
    let (size, bytes) = settings(input);
    let read = |size: usize| {
        let pieces = bytes.chunks(size.max(1)).map(<[u8]>::to_vec).collect();
        RUNTIME.block_on(form(TYPE, pieces))
    };
    let (whole, cut) = (read(bytes.len()), read(usize::from(size)));
    match (&whole, &cut) {
        (Ok(whole), Ok(cut)) => assert_eq!(whole, cut),
        (Err(whole), Err(cut)) => {
            assert!(matches!(whole.status().as_u16(), 400 | 415 | 422), "{}", whole.detail());
            assert!(matches!(cut.status().as_u16(), 400 | 415 | 422), "{}", cut.detail());
        }
        (Ok(_), Err(problem)) | (Err(problem), Ok(_)) => panic!("cut otherwise, read otherwise: {}", problem.detail()),
    }
});
