//! Putting documents in force and taking them out.
//!
//! Every change makes the next version of the deployment. Where two changes rest on the same version, the first makes
//! it and the other is refused.

use serde_json::json;
use uuid::Uuid;

use super::{
    Author, Challenger, Champion, Deployment, DocumentKind, MAX_CHALLENGERS, Reference, Registered, Status,
    deployment::Body, documents::object, list::registered,
};
use crate::{
    Change, Conflict, Error, Moment, NewEntry, Result, Store,
    database::{Transaction, values},
};

impl Store {
    /// Makes a model the champion, with a policy or without. The champion before goes out of force; a challenger that
    /// becomes champion is a challenger no more. Whether the policy fits the model is for the caller to check.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the deployment is not at `version` (none: whatever it is), or one
    /// of the two is retired.
    pub async fn activate(
        &self,
        model: Uuid,
        policy: Option<Uuid>,
        version: Option<u64>,
        author: &Author,
    ) -> Result<Deployment> {
        let mut view = self.database.snapshot().await?;
        let present = at(&mut view, version).await?;
        let after = activated(&mut view, &present, model, policy).await?;
        drop(view);
        let (change, after) = changed(&present, after, "activated", author, None)?;
        self.record(change).await?;
        Ok(after)
    }

    /// Has a model score in the champion's shadow, or changes its share or policy.
    ///
    /// # Errors
    /// As [`Store::activate`]; [`Error::Invalid`] for a share outside 1 to 100; [`Error::Conflict`] where it is the
    /// champion or there are [`MAX_CHALLENGERS`].
    pub async fn challenge(
        &self,
        model: Uuid,
        policy: Option<Uuid>,
        share: u8,
        version: Option<u64>,
        author: &Author,
    ) -> Result<Deployment> {
        if !(1..=100).contains(&share) {
            return Err(Error::Invalid(format!("a share of {share} per cent; from 1 to 100 are allowed")));
        }
        let mut view = self.database.snapshot().await?;
        let present = at(&mut view, version).await?;
        let (model, policy) = usable_pair(&mut view, model, policy).await?;
        drop(view);
        if present.status_of(DocumentKind::Model, model.id) == Status::Champion {
            return Err(state(format!("the model `{}` is the champion; it cannot challenge itself", model.id)));
        }
        let mut after = Body { champion: present.champion, challengers: present.challengers.clone() };
        after.challengers.retain(|challenger| challenger.model.id != model.id);
        if after.challengers.len() >= MAX_CHALLENGERS {
            return Err(state(format!("there are {MAX_CHALLENGERS} challengers; take one out first")));
        }
        after.challengers.push(Challenger { model, policy, share });
        let (change, after) = changed(&present, after, "challenged", author, None)?;
        self.record(change).await?;
        Ok(after)
    }

    /// Takes a challenger out.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the model is none; [`Error::Conflict`] as for [`Store::activate`].
    pub async fn stop_challenge(&self, model: Uuid, version: Option<u64>, author: &Author) -> Result<Deployment> {
        let mut view = self.database.snapshot().await?;
        let present = at(&mut view, version).await?;
        drop(view);
        let mut after = Body { champion: present.champion, challengers: present.challengers.clone() };
        after.challengers.retain(|challenger| challenger.model.id != model);
        if after.challengers.len() == present.challengers.len() {
            return Err(Error::NotFound { what: "challenger", which: model.to_string() });
        }
        let (change, after) = changed(&present, after, "challenge_stopped", author, None)?;
        self.record(change).await?;
        Ok(after)
    }

    /// Retires a model or policy for good: it stays readable but can no longer be put in force.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where it is in force or retired already.
    pub async fn retire(
        &self,
        kind: DocumentKind,
        id: Uuid,
        version: Option<u64>,
        author: &Author,
    ) -> Result<Registered> {
        let mut view = self.database.snapshot().await?;
        let present = at(&mut view, version).await?;
        let mut document = registered(&mut view, kind, id).await?;
        drop(view);
        let what = kind.name();
        match document.status {
            Status::Draft => {}
            Status::Champion => return Err(state(format!("the {what} `{id}` answers; put another in force first"))),
            Status::Challenger => return Err(state(format!("the {what} `{id}` is a challenger's; stop that first"))),
            Status::Retired => return Err(state(format!("the {what} `{id}` is retired already"))),
        }
        let now = Moment::now();
        let mut retired = object(json!({"action": "retired"}));
        retired.insert(what.into(), json!(document.hash));
        retired.insert("by".into(), json!(author.by));
        let after = Body { champion: present.champion, challengers: present.challengers.clone() };
        // It makes a version too: an activation that was checked before must not pass after it.
        let (change, _) = changed(&present, after, "retired", author, None)?;
        let sql = "UPDATE documents SET retired = $1 WHERE id = $2 AND retired IS NULL";
        let change = change.and_entry(NewEntry::plain(what, Some(id), &retired)).with_one(
            "retiring a document",
            sql,
            values![now.micros(), id],
            format!("the {what} `{id}` is retired already"),
        );
        self.record(change).await?;
        (document.status, document.retired) = (Status::Retired, Some(now));
        Ok(document)
    }
}

/// The present deployment, if it is the one that is meant.
pub(super) async fn at(view: &mut Transaction, version: Option<u64>) -> Result<Deployment> {
    let present = Deployment::read(view).await?;
    match version {
        Some(version) if version != present.version => Err(Error::Conflict(Conflict::Changed)),
        _ => Ok(present),
    }
}

/// What is in force once a model is the champion.
pub(super) async fn activated(
    view: &mut Transaction,
    present: &Deployment,
    model: Uuid,
    policy: Option<Uuid>,
) -> Result<Body> {
    let (model, policy) = usable_pair(view, model, policy).await?;
    let champion = Some(Champion { model, policy });
    if champion == present.champion {
        return Err(state("this model is the champion already, with this policy".to_owned()));
    }
    let challengers = present.challengers.iter().filter(|challenger| challenger.model.id != model.id);
    Ok(Body { champion, challengers: challengers.copied().collect() })
}

async fn usable_pair(
    view: &mut Transaction,
    model: Uuid,
    policy: Option<Uuid>,
) -> Result<(Reference, Option<Reference>)> {
    let model = usable(view, DocumentKind::Model, model).await?;
    let policy = match policy {
        Some(policy) => Some(usable(view, DocumentKind::Policy, policy).await?),
        None => None,
    };
    Ok((model, policy))
}

async fn usable(view: &mut Transaction, kind: DocumentKind, id: Uuid) -> Result<Reference> {
    let document = registered(view, kind, id).await?;
    if document.status == Status::Retired {
        return Err(state(format!("the {} `{id}` is retired; register it anew under another label", kind.name())));
    }
    Ok(Reference::from(&document))
}

/// The change that makes the next version of a deployment.
pub(super) fn changed(
    present: &Deployment,
    body: Body,
    action: &'static str,
    author: &Author,
    proposal: Option<Uuid>,
) -> Result<(Change, Deployment)> {
    let (version, time) = (present.version + 1, Moment::now());
    let hashes = |model: Reference, policy: Option<Reference>| json!({"model": model.hash, "policy": policy.map(|policy| policy.hash)});
    let challengers = body.challengers.iter().map(|challenger| {
        let mut one = hashes(challenger.model, challenger.policy);
        one["share"] = json!(challenger.share);
        one
    });
    let mut entry = object(json!({
        "action": action,
        "version": version,
        "champion": body.champion.map(|champion| hashes(champion.model, champion.policy)),
        "challengers": challengers.collect::<Vec<_>>(),
        "by": author.by,
    }));
    if let Some(proposal) = proposal {
        entry.insert("proposal".into(), json!(proposal));
    }
    let text = serde_json::to_string(&body).map_err(|error| Error::Invalid(error.to_string()))?;
    let sql = "INSERT INTO deployments (version, time, made_by, action, body) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (version) DO NOTHING";
    let number = i64::try_from(version).map_err(|_| Error::Invalid(format!("version {version}")))?;
    let values = values![number, time.micros(), author.by.clone(), action, text];
    let change = Change::entry(NewEntry::plain("deployment", None, &entry)).with_one(
        "changing what is in force",
        sql,
        values,
        Conflict::Changed,
    );
    let (by, action) = (author.by.clone(), action.to_owned());
    let after = Deployment { version, time, by, action, champion: body.champion, challengers: body.challengers };
    Ok((change, after))
}

pub(super) fn state(said: String) -> Error {
    Error::Conflict(Conflict::State(said))
}
