//! Any bytes as the JSON body of every operation: taken, or refused with a status and a place that say what is wrong.

#![no_main]

use libfuzzer_sys::fuzz_target;
use server::untrusted::bodies;

fuzz_target!(|input: &[u8]| {
    for read in bodies(input) {
        let Err(problem) = read else { continue };
        let status = problem.status().as_u16();
        assert!(matches!(status, 400 | 422), "{status}: {}", problem.detail());
        let told = serde_json::to_value(problem.document(None)).expect("a problem can be told");
        assert!(told["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        if let Ok(body) = serde_json::from_slice::<serde_json::Value>(input) {
            let places = problem.errors().iter().filter_map(|fault| fault.pointer.as_deref());
            for pointer in places {
                // What is missing has a place too: its parent is there.
                let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                assert!(body.pointer(parent).is_some(), "{pointer} leads nowhere in {body}");
            }
        }
    }
});
