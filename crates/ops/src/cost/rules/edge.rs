//! What stands before the network: CloudFront, its firewall, names.

use rust_decimal::Decimal;

use super::Work;
use crate::cost::estimate::Range;

pub(super) const KINDS: &[&str] = &["aws_cloudfront_distribution", "aws_wafv2_web_acl", "aws_route53_zone"];

const CLOUDFRONT: &str = "Amazon CloudFront";
const FIREWALL: &str = "AWS WAF";
const NAMES: &str = "Amazon Route 53";
/// Free each month for an account: GB out, and millions of requests.
const FREE: (i64, i64) = (1_000, 10);

pub(super) fn price(work: &mut Work<'_, '_>) {
    let millions = work.usage.of("requests.millions");
    if work.has("aws_cloudfront_distribution") {
        // A million answers of 1 kB are 1 GB.
        let gb = millions * work.usage.of("requests.response_kb");
        let beyond = |used: Decimal, free: i64| (used - Decimal::from(free)).max(Decimal::ZERO);
        work.sheet.charge_usage(CLOUDFRONT, "edge.gb", "out to callers", beyond(gb, FREE.0));
        let requests = beyond(millions, FREE.1) * Decimal::from(100);
        work.sheet.charge_usage(CLOUDFRONT, "edge.requests", "HTTPS requests", requests);
    }
    for firewall in work.infrastructure.of_kind("aws_wafv2_web_acl") {
        work.sheet.charge(firewall, FIREWALL, "firewall.acl", "web ACL", Range::fixed(1));
        let rules = firewall.list("/rule").len();
        work.sheet.charge(firewall, FIREWALL, "firewall.rule", "rules", Range::fixed(Decimal::from(rules)));
    }
    if work.has("aws_wafv2_web_acl") {
        work.sheet.charge_usage(FIREWALL, "firewall.requests", "requests looked at", millions);
    }
    for zone in work.infrastructure.of_kind("aws_route53_zone") {
        work.sheet.charge(zone, NAMES, "zone.month", "hosted zone", Range::fixed(1));
    }
}
