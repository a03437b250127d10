//! Ways in and out of the network.

use rust_decimal::Decimal;

use super::Work;
use crate::cost::estimate::{HOURS, Range};

pub(super) const KINDS: &[&str] = &["aws_nat_gateway", "aws_eip", "aws_vpc_endpoint", "aws_lb", "aws_alb"];

pub(super) const VPC: &str = "Amazon Virtual Private Cloud";
/// NAT gateways are billed with instances.
const NAT: &str = "EC2 - Other";
const BALANCING: &str = "Amazon Elastic Load Balancing";

pub(super) fn price(work: &mut Work<'_, '_>) {
    let hours = Range::fixed(HOURS);
    for gateway in work.infrastructure.of_kind("aws_nat_gateway") {
        work.sheet.charge(gateway, NAT, "nat.hour", "NAT gateway", hours);
    }
    for address in work.infrastructure.of_kind("aws_eip") {
        work.sheet.charge(address, VPC, "ipv4.hour", "public IPv4", hours);
    }
    let mut interfaces = false;
    for endpoint in work.infrastructure.of_kind("aws_vpc_endpoint") {
        match endpoint.text("/vpc_endpoint_type") {
            Some("Interface") => {
                interfaces = true;
                let subnets = endpoint.list("/subnet_ids").len();
                let zones = if subnets == 0 { work.usage.of("network.zones") } else { Decimal::from(subnets) };
                let what = format!("interface endpoint in {zones} zones");
                work.sheet.charge(endpoint, VPC, "endpoint.hour", &what, hours.times(zones));
            }
            // Without a type it is one for S3 or DynamoDB, which is free.
            Some("Gateway") | None => {}
            Some(other) => {
                work.sheet.skip(&endpoint.address, format!("{other} endpoint"), "there is no price for its type")
            }
        }
    }
    for balancer in work.infrastructure.of_kind("aws_lb").chain(work.infrastructure.of_kind("aws_alb")) {
        match balancer.text("/load_balancer_type") {
            Some("application") | None => {
                work.sheet.charge(balancer, BALANCING, "balancer.hour", "application load balancer", hours);
                let units = hours.times(work.usage.of("balancer.capacity_units"));
                work.sheet.charge(balancer, BALANCING, "balancer.lcu", "capacity units", units);
            }
            Some(other) => {
                work.sheet.skip(&balancer.address, format!("{other} load balancer"), "there is no price for its type")
            }
        }
    }
    if work.has("aws_nat_gateway") {
        work.sheet.charge_usage(NAT, "nat.gb", "through NAT gateways", work.usage.of("network.nat_gb"));
    }
    if interfaces {
        work.sheet.charge_usage(VPC, "endpoint.gb", "through endpoints", work.usage.of("network.endpoint_gb"));
    }
}
