//! All traffic back to the service, and the canary without tasks.

use std::time::Duration;

use aws_sdk_ecs::types::Service;

use super::{Split, way_back};
use crate::{
    aws::{Account, Place, Refusal, refusal},
    ecs::service,
};

/// How often it is tried, each try with the SDK's own: while it does not succeed, traffic goes where it should not.
const TRIES: u32 = 6;

impl Split {
    /// Gives all traffic back, then takes the canary's tasks down: in this order, for tasks that have traffic must stand.
    ///
    /// # Errors
    /// Says what stands, and the commands that end it.
    pub(crate) async fn give_back(
        &self,
        account: &Account,
        place: &Place,
        (main, canary): (&str, &str),
        every: Duration,
    ) -> Result<(), String> {
        let again = way_back(place, main);
        if let Err(no) = tried(every, || self.set(account, 0)).await {
            return Err(format!(
                "THE CANARY MAY STILL HAVE TRAFFIC, and its tasks stand: {no}; end it with `{again}`, or `{}`",
                self.by_hand()
            ));
        }
        let cluster = place.cluster();
        let down = tried(every, || take_down(account, &cluster, canary)).await;
        down.map_err(|no| format!("{main} has all traffic, but {canary} still has tasks: {no}; end it with `{again}`"))
    }
}

async fn tried<F>(every: Duration, mut once: impl FnMut() -> F) -> Result<(), Refusal>
where
    F: Future<Output = Result<(), Refusal>>,
{
    for _ in 1..TRIES {
        match once().await {
            Err(no) if no.is_passing() => tokio::time::sleep(every).await,
            done => return done,
        }
    }
    once().await
}

async fn take_down(account: &Account, cluster: &str, canary: &str) -> Result<(), Refusal> {
    let ecs = account.ecs();
    let stands = service::maybe(&ecs, cluster, canary).await?;
    if stands.as_ref().map_or(0, Service::desired_count) == 0 {
        return Ok(());
    }
    let call = ecs.update_service().cluster(cluster).service(canary).desired_count(0);
    call.send().await.map_err(refusal(format!("scaling {canary} to none"))).map(|_| ())
}
