//! Clusters of databases as RDS tells of them, and one of the drill's own: made, asked about, taken down.

use crate::aws::{Account, Element, RDS, Refusal};

/// The tag that says which cluster a drill's was restored from. What has it not is never touched.
pub(super) const TAG: &str = "plimsoll:drill-of";
/// What RDS answers where there is no such thing.
const GONE: [&str; 2] = ["DBClusterNotFoundFault", "DBInstanceNotFound"];

/// A cluster.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) name: String,
    pub(super) status: String,
    pub(super) endpoint: Option<String>,
    pub(super) port: String,
    /// Up to which moment it can be restored.
    pub(super) latest: Option<String>,
    engine: String,
    subnets: String,
    groups: Vec<String>,
    parameters: Option<String>,
    capacity: Option<(String, String)>,
    instances: Vec<String>,
    /// The cluster that a drill made this one from.
    pub(super) drill_of: Option<String>,
}

/// What a database is restored from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The latest moment that continuous backups reach.
    Moment(String),
    /// A snapshot, and when it was taken.
    Snapshot(String, String),
}

impl Origin {
    /// The moment whose state comes back.
    pub(super) fn at(&self) -> &str {
        match self {
            Self::Moment(at) | Self::Snapshot(_, at) => at,
        }
    }

    /// For a person.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Moment(at) => format!("continuous backup, its latest moment {at}"),
            Self::Snapshot(name, at) => format!("snapshot {name} of {at}"),
        }
    }
}

impl Cluster {
    fn of(found: &Element) -> Self {
        let text = |name: &str| found.text(name).map(str::to_owned);
        let texts = |list: &str, name: &str| {
            found.list(list).filter_map(|one| one.text(name)).map(str::to_owned).collect::<Vec<_>>()
        };
        let capacity = found.find("ServerlessV2ScalingConfiguration");
        let capacity =
            capacity.and_then(|one| Some((one.text("MinCapacity")?.to_owned(), one.text("MaxCapacity")?.to_owned())));
        let tag = found.list("TagList").find(|tag| tag.text("Key") == Some(TAG));
        Self {
            name: text("DBClusterIdentifier").unwrap_or_default(),
            status: text("Status").unwrap_or_default(),
            endpoint: text("Endpoint"),
            port: text("Port").unwrap_or_default(),
            latest: text("LatestRestorableTime"),
            engine: text("Engine").unwrap_or_default(),
            subnets: text("DBSubnetGroup").unwrap_or_default(),
            groups: texts("VpcSecurityGroups", "VpcSecurityGroupId"),
            parameters: text("DBClusterParameterGroup"),
            capacity,
            instances: texts("DBClusterMembers", "DBInstanceIdentifier"),
            drill_of: tag.and_then(|tag| tag.text("Value")).map(str::to_owned),
        }
    }

    /// A cluster by name, if there is one.
    pub(super) async fn describe(account: &Account, name: &str) -> Result<Option<Self>, Refusal> {
        let asked = [pair("DBClusterIdentifier", name)];
        match account.query(RDS, "DescribeDBClusters", &asked, &format!("describing the cluster {name}")).await {
            Ok(found) => Ok(found.list("DBClusters").next().map(Self::of)),
            Err(no) if GONE.contains(&no.code()) => Ok(None),
            Err(no) => Err(no),
        }
    }

    /// Its newest snapshot that is whole, whoever took it: RDS, AWS Backup or a person.
    pub(super) async fn newest_snapshot(&self, account: &Account) -> Result<Option<Origin>, Refusal> {
        let (mut newest, mut marker): (Option<(String, String)>, Option<String>) = (None, None);
        loop {
            let mut asked = vec![pair("DBClusterIdentifier", &self.name)];
            asked.extend(marker.as_deref().map(|marker| pair("Marker", marker)));
            let doing = format!("looking for snapshots of {}", self.name);
            let page = account.query(RDS, "DescribeDBClusterSnapshots", &asked, &doing).await?;
            let whole = page.list("DBClusterSnapshots").filter(|one| one.text("Status") == Some("available"));
            for one in whole {
                // A snapshot of another account or region is copied by ARN; here the name is enough.
                let (Some(name), Some(at)) = (one.text("DBClusterSnapshotIdentifier"), one.text("SnapshotCreateTime"))
                else {
                    continue;
                };
                // Moments of one form, in UTC: the later one is the greater text.
                if newest.as_ref().is_none_or(|(_, latest)| at > latest.as_str()) {
                    newest = Some((name.to_owned(), at.to_owned()));
                }
            }
            marker = page.find("Marker").map(|marker| marker.own_text().to_owned()).filter(|text| !text.is_empty());
            if marker.is_none() {
                return Ok(newest.map(|(name, at)| Origin::Snapshot(name, at)));
            }
        }
    }

    /// Restores it beside itself: same network, same groups, same size, no protection from deletion, and tagged.
    pub(super) async fn restore(
        &self,
        account: &Account,
        origin: &Origin,
        name: &str,
        environment: &str,
    ) -> Result<(), Refusal> {
        let mut asked = vec![
            pair("DBClusterIdentifier", name),
            pair("DBSubnetGroupName", &self.subnets),
            pair("EnableIAMDatabaseAuthentication", "true"),
            pair("DeletionProtection", "false"),
            pair("CopyTagsToSnapshot", "false"),
        ];
        for (at, group) in self.groups.iter().enumerate() {
            asked.push(pair(&format!("VpcSecurityGroupIds.VpcSecurityGroupId.{}", at + 1), group));
        }
        asked.extend(self.parameters.iter().map(|group| pair("DBClusterParameterGroupName", group)));
        if let Some((least, most)) = &self.capacity {
            asked.push(pair("ServerlessV2ScalingConfiguration.MinCapacity", least));
            asked.push(pair("ServerlessV2ScalingConfiguration.MaxCapacity", most));
        }
        for (at, (key, value)) in [(TAG, self.name.as_str()), ("Environment", environment)].iter().enumerate() {
            asked.push(pair(&format!("Tags.Tag.{}.Key", at + 1), key));
            asked.push(pair(&format!("Tags.Tag.{}.Value", at + 1), value));
        }
        let action = match origin {
            // Its latest moment moves on; what is told is what is asked for.
            Origin::Moment(at) => {
                asked.push(pair("SourceDBClusterIdentifier", &self.name));
                asked.push(pair("RestoreToTime", at));
                "RestoreDBClusterToPointInTime"
            }
            Origin::Snapshot(snapshot, _) => {
                asked.push(pair("SnapshotIdentifier", snapshot));
                asked.push(pair("Engine", &self.engine));
                "RestoreDBClusterFromSnapshot"
            }
        };
        account.query(RDS, action, &asked, &format!("restoring {} as {name}", self.name)).await.map(|_| ())
    }

    /// Makes the one instance that answers.
    pub(super) async fn add_instance(&self, account: &Account) -> Result<(), Refusal> {
        let name = instance(&self.name);
        let of = self.drill_of.as_deref().unwrap_or_default();
        let asked = [
            pair("DBInstanceIdentifier", &name),
            pair("DBClusterIdentifier", &self.name),
            pair("DBInstanceClass", "db.serverless"),
            pair("Engine", &self.engine),
            pair("PubliclyAccessible", "false"),
            pair("Tags.Tag.1.Key", TAG),
            pair("Tags.Tag.1.Value", of),
        ];
        account.query(RDS, "CreateDBInstance", &asked, &format!("making the instance {name}")).await.map(|_| ())
    }

    /// Asks for the deletion of its instances and of itself, without a last snapshot. Only ever of what a drill made.
    pub(super) async fn delete(&self, account: &Account) -> Result<(), Refusal> {
        for one in &self.instances {
            let asked = [pair("DBInstanceIdentifier", one), pair("SkipFinalSnapshot", "true")];
            gone(account.query(RDS, "DeleteDBInstance", &asked, &format!("deleting the instance {one}")).await)?;
        }
        let asked = [pair("DBClusterIdentifier", &self.name), pair("SkipFinalSnapshot", "true")];
        gone(account.query(RDS, "DeleteDBCluster", &asked, &format!("deleting the cluster {}", self.name)).await)
    }
}

/// The state of a cluster's one instance; nothing before it is there.
pub(super) async fn instance_status(account: &Account, cluster: &str) -> Result<Option<String>, Refusal> {
    let name = instance(cluster);
    let asked = [pair("DBInstanceIdentifier", &name)];
    match account.query(RDS, "DescribeDBInstances", &asked, &format!("describing the instance {name}")).await {
        Ok(found) => Ok(found.find("DBInstanceStatus").map(|status| status.own_text().to_owned())),
        Err(no) if GONE.contains(&no.code()) => Ok(None),
        Err(no) => Err(no),
    }
}

/// What is gone, or goes already, need not be deleted.
fn gone(done: Result<Element, Refusal>) -> Result<(), Refusal> {
    let going = ["InvalidDBInstanceState", "InvalidDBClusterStateFault"];
    match done {
        Err(no) if !GONE.contains(&no.code()) && !going.contains(&no.code()) => Err(no),
        _ => Ok(()),
    }
}

fn instance(cluster: &str) -> String {
    format!("{cluster}-0")
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
