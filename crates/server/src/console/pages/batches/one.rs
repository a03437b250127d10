//! A batch: how far it is, what came out, what could not be scored.

use askama::Template;
use axum::extract::State;
use store::Store;
use uuid::Uuid;

use super::Row;
use crate::access::scope;
use crate::batches::lines;
use crate::console::people::People;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Path;
use crate::problem::Problem;
use crate::state::App;

/// Lines of each kind that are shown.
const SHOWN: usize = 25;
/// Parts of the results that are read for them, of 500 lines each.
const PARTS: usize = 20;

/// A line that could not be scored.
struct Fault {
    line: u64,
    /// Where and what.
    faults: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console/batch.html")]
struct One {
    shell: Shell,
    row: Row,
    scored: Vec<(u64, Uuid)>,
    faults: Vec<Fault>,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::BatchesRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let batch = store.batch(id).await?;
    let (scored, faults) = first_results(store, id).await?;
    let row = Row::of(batch, &mut People::new(store)).await;
    draw(&One { shell: visitor.shell, row, scored, faults })
}

/// The first lines that were scored, and the first that could not be.
async fn first_results(store: &Store, id: Uuid) -> Result<(Vec<(u64, Uuid)>, Vec<Fault>), Problem> {
    let (mut scored, mut faults, mut from) = (Vec::new(), Vec::new(), 0);
    for _ in 0..PARTS {
        let Some((number, part)) = store.batch_results(id, from).await? else { break };
        from = number + 1;
        for line in lines(&part)? {
            match line.id {
                Some(id) if scored.len() < SHOWN => scored.push((line.line, id)),
                None if faults.len() < SHOWN => {
                    let faults_of_line = line.errors.into_iter().map(|fault| {
                        let place = fault.pointer.strip_prefix("/application/").unwrap_or(&fault.pointer).to_owned();
                        (place, fault.detail)
                    });
                    faults.push(Fault { line: line.line, faults: faults_of_line.collect() });
                }
                _ => {}
            }
        }
    }
    faults.sort_by_key(|fault| fault.line);
    Ok((scored, faults))
}
