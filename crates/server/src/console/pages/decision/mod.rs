//! One decision: everything that somebody who examines it asks.

mod facts;
mod file;
pub(super) mod letter;
mod proof;

use askama::Template;
use axum::extract::State;
use scorecard::policy::Decision;
use store::ledger::Entry;
use store::{Moment, StoredScore};
use uuid::Uuid;

use self::facts::{Document, Fact, ReasonView, RuleView};
use self::file::{NoticeView, ReviewView};
use self::proof::Proven;
use crate::access::{Scope, scope};
use crate::console::{Asked, Page, Shell, Visitor, Waterfall, draw, figures};
use crate::conventions::extract::Path;
use crate::problem::Problem;
use crate::scoring::{Contribution, EligibleItem, Engine, ScoreAnswer, ScoreEntry, again};
use crate::state::App;

#[derive(Template)]
#[template(path = "console/decision.html")]
struct DecisionPage<'e> {
    shell: Shell,
    id: Uuid,
    time: Moment,
    by: String,
    applicant: Option<String>,
    erased: Option<Moment>,
    is_erased: bool,
    score: String,
    odds: Option<f64>,
    pd: Option<f64>,
    decision: Option<Decision>,
    band: Option<String>,
    decided_by: &'static str,
    reasons: Vec<ReasonView>,
    rules: Vec<RuleView>,
    items: Vec<EligibleItem<'e>>,
    waterfall: Option<Waterfall>,
    /// What the applicant stated; `None` for whoever may not see it.
    inputs: Option<Vec<Fact>>,
    model: Document,
    policy: Option<Document>,
    replay: Replay,
    entry: String,
    hash: String,
    proven: Option<Proven>,
    reviews: Option<Vec<ReviewView>>,
    notices: Option<Vec<NoticeView>>,
    /// What counts: the last review's decision, or the system's.
    stands: Option<Decision>,
    has_lender: bool,
    /// Whether what stands, or what the system decided, was no approval.
    is_adverse: bool,
    today: String,
}

/// What evaluating it again gave.
enum Replay {
    Same,
    /// Which members differ, or why it cannot be evaluated.
    Different(String),
    /// The person was erased: nothing is left to evaluate.
    Gone,
}

pub(super) async fn page(
    visitor: Visitor<scope::ScoresRead>,
    State(app): State<App>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let stored = store.score(id).await?;
    let entry = ScoreEntry::read(&stored)?;
    let engine = app.engine_of(&entry.outcome).await?;
    let answer = ScoreAnswer::draw(&entry, &engine);
    let may = |scope: Scope| visitor.may(scope);
    let decided = entry.outcome.decision;
    let reviews = match may(Scope::ReviewsRead) {
        true => Some(file::reviews(&app, id, decided, &visitor.by()).await?),
        false => None,
    };
    let notices = if may(Scope::NoticesRead) { Some(file::notices(&app, id).await?) } else { None };
    let proven = if may(Scope::LedgerRead) { Some(proof::of(store, entry.position).await?) } else { None };
    let last = reviews.as_ref().and_then(|reviews| reviews.last()).map(|review| review.decision);
    let stands = last.or(decided);
    let is_erased = entry.detail.is_none();
    let page = DecisionPage {
        id,
        time: entry.time,
        by: facts::who(&entry.outcome.by, &visitor.by()),
        applicant: answer.applicant.map(str::to_owned),
        erased: if is_erased { store.erasure(stored.applicant).await?.map(|erasure| erasure.erased) } else { None },
        is_erased,
        score: figures::exact(entry.outcome.score.get()),
        odds: entry.outcome.odds,
        pd: entry.outcome.pd,
        decision: entry.outcome.decision,
        band: answer.band.map(str::to_owned),
        decided_by: facts::decided_by(answer.decided_by),
        reasons: facts::reasons(&answer),
        rules: facts::rules(&answer, &engine),
        items: answer.items.clone(),
        waterfall: waterfall(&entry, &engine),
        inputs: if may(Scope::ApplicantsRead) { facts::inputs(&entry, &engine) } else { None },
        model: facts::model(&app, &answer.model).await?,
        policy: facts::policy(&app, answer.policy.as_ref()).await?,
        replay: replayed(&app, &stored).await?,
        entry: format!("{}-{}", entry.position.chain, entry.position.sequence),
        hash: entry.hash.to_string(),
        proven,
        reviews,
        notices,
        stands,
        is_adverse: stands != Some(Decision::Approve),
        has_lender: app.notices().is_some_and(|desk| desk.lender().is_some()),
        today: Moment::now().day(),
        shell: visitor.shell,
    };
    draw(&page)
}

fn waterfall(entry: &ScoreEntry<'_>, engine: &Engine) -> Option<Waterfall> {
    let contributions = Contribution::all(entry.detail.as_ref()?, engine);
    let card = engine.scorecard();
    Some(Waterfall::of(card.initial_score, &contributions, card.output.is_none()))
}

/// Evaluates the entry again, with the model and the policy that it names.
async fn replayed(app: &App, stored: &StoredScore) -> Result<Replay, Problem> {
    let Some(personal) = &stored.personal else { return Ok(Replay::Gone) };
    let Ok(body) = String::from_utf8(stored.body.clone()) else {
        return Ok(Replay::Different("its entry is no text".to_owned()));
    };
    let store::Position { chain, sequence } = stored.position;
    let entry = Entry { chain, sequence, hash: stored.hash, body };
    Ok(match again(app.store()?, app.engines(), &entry, personal).await {
        Ok(()) => Replay::Same,
        Err(difference) => Replay::Different(difference),
    })
}
