//! The way out of a task's subnets: to the registry, the logs, the secrets and what else of AWS it speaks to.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::AssignPublicIp;

use super::{Checks, Verdict};
use crate::{
    aws::{EC2, Element, Refusal},
    ecs::image,
};

/// What the check is called.
const WHAT: &str = "way out";

pub(super) async fn look(checks: &mut Checks<'_>) {
    let configuration = checks.plan.service.network_configuration().and_then(|one| one.awsvpc_configuration());
    let Some(configuration) = configuration.cloned() else {
        return checks.add(WHAT, Verdict::Doubt, "the service names no subnets: not looked at");
    };
    let is_public = configuration.assign_public_ip() == Some(&AssignPublicIp::Enabled);
    let network = match Network::describe(checks, configuration.subnets()).await {
        Ok(network) => network,
        Err(no) => return checks.refused(WHAT, &no),
    };
    for subnet in configuration.subnets() {
        let (verdict, said) = network.way_out(subnet, is_public, &needs(checks));
        checks.add(WHAT, verdict, format!("{subnet}: {said}"));
        if let Some(free) = network.free_addresses(subnet).filter(|free| *free < 2) {
            let said = format!("{subnet}: {free} addresses are free, and every task needs one");
            checks.add("addresses", Verdict::Doubt, said);
        }
    }
}

/// Services of AWS without which a task does not start, as endpoints are named.
fn needs(checks: &Checks<'_>) -> BTreeSet<&'static str> {
    let mut needs = BTreeSet::new();
    for container in checks.plan.wanted.definition.container_definitions() {
        if image::is_in_ecr(container.image().unwrap_or_default()) {
            // Layers come from S3.
            needs.extend(["ecr.api", "ecr.dkr", "s3"]);
        }
        if container.log_configuration().is_some_and(|log| log.log_driver().as_str() == "awslogs") {
            needs.insert("logs");
        }
        for secret in container.secrets() {
            let is_secret = secret.value_from().contains(":secretsmanager:");
            needs.insert(if is_secret { "secretsmanager" } else { "ssm" });
        }
        for value in container.environment().iter().filter_map(|pair| pair.value()) {
            for (beginning, service) in [("kms:", "kms"), ("dynamodb:", "dynamodb"), ("s3:", "s3")] {
                if value.starts_with(beginning) {
                    needs.insert(service);
                }
            }
        }
    }
    needs
}

/// What EC2 says of a network.
struct Network {
    subnets: Element,
    tables: Element,
    endpoints: Element,
}

impl Network {
    async fn describe(checks: &Checks<'_>, subnets: &[String]) -> Result<Self, Refusal> {
        let number = |(at, subnet): (usize, &String)| (format!("SubnetId.{}", at + 1), subnet.clone());
        let ids: Vec<_> = subnets.iter().enumerate().map(number).collect();
        let found = checks.account.query(EC2, "DescribeSubnets", &ids, "describing the subnets").await?;
        let vpc = found.list("subnetSet").find_map(|one| one.text("vpcId")).unwrap_or_default().to_owned();
        let of_vpc = [("Filter.1.Name".to_owned(), "vpc-id".to_owned()), ("Filter.1.Value.1".to_owned(), vpc)];
        Ok(Self {
            subnets: found,
            tables: checks.account.query(EC2, "DescribeRouteTables", &of_vpc, "describing the route tables").await?,
            endpoints: checks.account.query(EC2, "DescribeVpcEndpoints", &of_vpc, "describing the endpoints").await?,
        })
    }

    fn free_addresses(&self, subnet: &str) -> Option<u32> {
        let mut all = self.subnets.list("subnetSet");
        let one = all.find(|one| one.text("subnetId") == Some(subnet))?;
        one.text("availableIpAddressCount")?.parse().ok()
    }

    /// The table that a subnet names, else the network's main one.
    fn table(&self, subnet: &str) -> Option<&Element> {
        let has = |name: &'static str, value: &str| {
            let value = value.to_owned();
            move |table: &&Element| table.list("associationSet").any(|one| one.text(name) == Some(&value))
        };
        let named = self.tables.list("routeTableSet").find(has("subnetId", subnet));
        named.or_else(|| self.tables.list("routeTableSet").find(has("main", "true")))
    }

    fn way_out(&self, subnet: &str, is_public: bool, needs: &BTreeSet<&str>) -> (Verdict, String) {
        let Some(table) = self.table(subnet) else {
            return (Verdict::Doubt, "no route table is known of it".to_owned());
        };
        let mut routes = table.list("routeSet");
        let Some(route) = routes.find(|one| one.text("destinationCidrBlock") == Some("0.0.0.0/0")) else {
            return self.endpoints(subnet, table, needs);
        };
        let gateway = route.text("gatewayId").filter(|gateway| gateway.starts_with("igw-"));
        let other = ["transitGatewayId", "networkInterfaceId", "vpcPeeringConnectionId", "instanceId", "gatewayId"];
        match (route.text("natGatewayId"), gateway) {
            _ if route.text("state") == Some("blackhole") => {
                (Verdict::Wrong, "its default route leads to what is gone; apply, or mend the route".to_owned())
            }
            (Some(nat), _) => (Verdict::Well, format!("by {nat}")),
            (None, Some(gateway)) if is_public => (Verdict::Well, format!("by {gateway}, with a public address")),
            (None, Some(gateway)) => {
                let said = format!(
                    "by {gateway}, which takes a public address that the tasks do not get; use a private subnet"
                );
                (Verdict::Wrong, said)
            }
            (None, None) => {
                let by = other.iter().find_map(|name| route.text(name)).unwrap_or("something else");
                (Verdict::Doubt, format!("by {by}: where that leads is not looked at"))
            }
        }
    }

    /// Without a default route every service needs an endpoint.
    fn endpoints(&self, subnet: &str, table: &Element, needs: &BTreeSet<&str>) -> (Verdict, String) {
        if needs.is_empty() {
            return (Verdict::Doubt, "no default route: the tasks reach nothing outside their network".to_owned());
        }
        let table = table.text("routeTableId").unwrap_or_default();
        let leads_here = |one: &&Element| match one.text("vpcEndpointType") {
            Some("Gateway") => one.list("routeTableIdSet").any(|id| id.own_text() == table),
            // An interface answers the whole network.
            _ => one.text("privateDnsEnabled") != Some("false"),
        };
        let all = self.endpoints.list("vpcEndpointSet").filter(|one| one.text("state") == Some("available"));
        // com.amazonaws.REGION.ecr.api
        let service = |one: &Element| one.text("serviceName")?.splitn(4, '.').nth(3).map(str::to_owned);
        let there: BTreeSet<String> = all.filter(leads_here).filter_map(service).collect();
        let missing: Vec<&str> = needs.iter().copied().filter(|name| !there.contains(*name)).collect();
        if missing.is_empty() {
            return (
                Verdict::Well,
                format!("by endpoints of {}", needs.iter().copied().collect::<Vec<_>>().join(", ")),
            );
        }
        let missing = missing.join(", ");
        let said = format!(
            "no default route and no endpoint of {missing}: tasks of {subnet} would not start; add them, or NAT"
        );
        (Verdict::Wrong, said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(route: &str, endpoints: &str) -> Network {
        let read = |text: String| Element::parse(&text).unwrap();
        let main = "<item><routeTableId>rtb-main</routeTableId><associationSet><item><main>true</main></item></associationSet><routeSet/></item>";
        let table = format!(
            "<item><routeTableId>rtb-1</routeTableId><associationSet><item><subnetId>subnet-1</subnetId></item></associationSet><routeSet>{route}</routeSet></item>"
        );
        Network {
            subnets: read("<R><subnetSet><item><subnetId>subnet-1</subnetId><availableIpAddressCount>1</availableIpAddressCount></item></subnetSet></R>".to_owned()),
            tables: read(format!("<R><routeTableSet>{main}{table}</routeTableSet></R>")),
            endpoints: read(format!("<R><vpcEndpointSet>{endpoints}</vpcEndpointSet></R>")),
        }
    }

    fn default_by(how: &str) -> String {
        format!("<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>{how}</item>")
    }

    #[test]
    fn default_routes_are_judged_by_where_they_lead() {
        for (how, is_public, verdict) in [
            ("<natGatewayId>nat-1</natGatewayId><state>active</state>", false, Verdict::Well),
            ("<natGatewayId>nat-1</natGatewayId><state>blackhole</state>", false, Verdict::Wrong),
            ("<gatewayId>igw-1</gatewayId>", true, Verdict::Well),
            ("<gatewayId>igw-1</gatewayId>", false, Verdict::Wrong),
            ("<transitGatewayId>tgw-1</transitGatewayId>", false, Verdict::Doubt),
        ] {
            let found = network(&default_by(how), "").way_out("subnet-1", is_public, &BTreeSet::new());
            assert_eq!(found.0, verdict, "{how}: {}", found.1);
        }
        assert_eq!(network("", "").free_addresses("subnet-1"), Some(1));
    }

    #[test]
    fn endpoints_must_lead_to_the_subnet_and_be_there_for_all() {
        let one = |name: &str, state: &str, more: &str| {
            format!(
                "<item><serviceName>com.amazonaws.eu-west-2.{name}</serviceName><state>{state}</state>{more}</item>"
            )
        };
        let gateway = |table: &str| {
            format!("<vpcEndpointType>Gateway</vpcEndpointType><routeTableIdSet><item>{table}</item></routeTableIdSet>")
        };
        let needs = BTreeSet::from(["ecr.api", "s3"]);
        let all = one("ecr.api", "available", "") + &one("s3", "available", &gateway("rtb-1"));
        assert_eq!(network("", &all).way_out("subnet-1", false, &needs).0, Verdict::Well);
        for lacking in [
            one("ecr.api", "pending", "") + &one("s3", "available", &gateway("rtb-1")),
            one("ecr.api", "available", "") + &one("s3", "available", &gateway("rtb-main")),
        ] {
            assert_eq!(network("", &lacking).way_out("subnet-1", false, &needs).0, Verdict::Wrong);
        }
        assert_eq!(network("", "").way_out("subnet-1", false, &BTreeSet::new()).0, Verdict::Doubt);
        let (_, said) = network("", "").way_out("subnet-9", false, &needs);
        assert!(said.contains("no endpoint of ecr.api, s3"), "{said}");
    }
}
